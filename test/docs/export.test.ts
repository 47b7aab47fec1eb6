// Runs the exporter in docs/lists.md unchanged, and the part of docs/import-export.md that prepares an export for
// quicktype. quicktype itself would require the network.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { demoPlaces } from '../../src/demo/data/demo-places.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { useGateway } from '../support/start-gateway.js';
import { block } from './documents.js';

const { orgId, projectId, owner } = generated;

describe('the documented export', () => {
  const gateway = useGateway({ arrange: (database) => arrangeGeneratedRuns(database, 350) });

  it('returns every run once, in order, and continues where it ended', async () => {
    const file = join(gateway.dataDir, 'exporter.mjs');
    await writeFile(file, block('export').text);
    const { exportRuns } = await import(pathToFileURL(file).href);
    const send = (query: string, variables: Record<string, unknown>) => gateway.dataOf(query, { as: owner, variables });

    const met: { id: string; created: string; response: unknown }[] = [];
    const onRun = (run: (typeof met)[number]) => met.push(run);
    const until = await exportRuns({ send, orgId, projectId, from: undefined, onRun });
    expect(new Set(met.map(({ id }) => id)).size).toBe(350);
    expect(met).toHaveLength(350);
    expect(met.map(({ created }) => created)).toEqual(met.map(({ created }) => created).sort());
    expect(met.every(({ response }) => response !== null)).toBe(true);

    expect(until > '2026').toBe(true);
    expect((await exportRuns({ send, orgId, projectId, from: until, onRun })) >= until).toBe(true);
    expect(met).toHaveLength(350);
  });
});

const hasJq = spawnSync('jq', ['--version']).status === 0;
(hasJq ? describe : describe.skip)(
  hasJq ? 'the documented types' : 'the documented types (skipped: jq is missing)',
  () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'gateway-types-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('follow from the responses of the successful runs of a task', async () => {
      const [, filter, command] = /^(jq .+) \|\n {2}(npx quicktype(?:@[\d.]+)? .+)\n$/s.exec(
        block('response-types').text,
      )!;
      const task_id = demoPlaces.richRun.taskId;
      const exported = [
        { task_id, is_error: false, response: { category: 'billing' } },
        { task_id, is_error: true, response: { detail: { message: 'No response.' } } },
        { task_id, is_error: false, response: null },
        { task_id: demoPlaces.richRun.projectId, is_error: false, response: {} },
        { task_id, is_error: false, response: 'text' },
      ];
      await mkdir(join(folder, 'backup'));
      await writeFile(
        join(folder, 'backup', 'runs-00001.jsonl'),
        exported.map((run) => `${JSON.stringify(run)}\n`).join(''),
      );
      const responses = execFileSync('sh', ['-ec', filter!], { cwd: folder, encoding: 'utf8' });
      expect(JSON.parse(responses)).toEqual([{ category: 'billing' }, 'text']);
      expect(command).toContain('--lang typescript');
    });
  },
);
