// The exporter of docs/querying.md, run as it stands.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
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
