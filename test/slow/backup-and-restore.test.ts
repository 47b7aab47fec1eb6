// The export command followed by the import command.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { createEmptyDatabase, type OwnDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';
import { untilSettled } from '../support/until-settled.js';

describe('a backup of the database', () => {
  let folder: string;
  let source: OwnDatabase;
  let target: OwnDatabase;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-backup-'));
    [source, target] = [await createEmptyDatabase(), await createEmptyDatabase()];
    for (const database of [source, target]) {
      const dataSource = await database.connect();
      await dataSource.runMigrations();
      if (database === source) {
        await arrangeGeneratedRuns(dataSource, 2500);
        await dataSource.query(
          `UPDATE task_run SET response = '{"n": 12345678901234567890.500}', charged_credits = 1.500
           WHERE input_tokens % 10 = 0`,
        );
        await untilSettled(dataSource);
      }
      await dataSource.destroy();
    }
  });
  afterAll(async () => {
    for (const database of [source, target]) await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async ({ url }: OwnDatabase, ...args: string[]) => {
    const environment = { DATABASE_URL: url, DATABASE_POOL_SIZE: '1' };
    const { code, output, errors } = await spawnProgram(['main.js', ...args], environment).ended;
    expect([code, errors]).toEqual([0, '']);
    return output.trimEnd().split('\n').at(-1);
  };
  const exportOf = async (database: OwnDatabase, name: string) => {
    const { orgId, projectId } = generated;
    const out = join(folder, name);
    await run(database, 'export', '--org', orgId, '--project', projectId, '--format', 'jsonl', '--out', out);
    const files = (await readdir(out)).filter((file) => file.endsWith('.jsonl'));
    const texts = await Promise.all(files.map((file) => readFile(join(out, file), 'utf8')));
    return texts.flatMap((text) => text.trimEnd().split('\n')).sort();
  };
  const importInto = (database: OwnDatabase) => run(database, 'import', '--from', join(folder, 'backup'));

  /** An export leaves out rows that are newer than the oldest open transaction in any of the server's databases. */
  const settle = async (database: OwnDatabase) => {
    const dataSource = await database.connect();
    await untilSettled(dataSource);
    await dataSource.destroy();
  };

  it('makes an empty database hold the same lines, and changes neither the second time', async () => {
    const lines = await exportOf(source, 'backup');
    expect(lines.filter((line) => line.includes('"n": 12345678901234567890.500'))).toHaveLength(250);
    expect(await importInto(target)).toBe('Runs: 2,500 read, 2,500 new, 0 changed, 0 unchanged, 0 failed.');
    await settle(target);
    expect(await exportOf(target, 'again')).toEqual(lines);
    for (const database of [target, source]) {
      expect(await importInto(database)).toBe('Runs: 2,500 read, 0 new, 0 changed, 2,500 unchanged, 0 failed.');
    }
  });
});
