// A purge that is killed repeatedly finally leaves exactly what the rule requires, in the database and in the storage.

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, seededSource } from '../../src/demo/data/random.js';
import { describeOnServer } from '../support/databases.js';
import { amount, seed } from '../support/generated.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { createMigratedDatabase, type OwnDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';

const runCount = amount(2000, 60_000);
const kills = amount(5, 20);

describeOnServer(`a purge that is killed ${kills} times`, () => {
  let database: OwnDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    folder = await mkdtemp(join(tmpdir(), 'gateway-purge-'));
  });
  afterAll(async () => {
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('leaves the runs and bytes that SQL by hand leaves', async () => {
    const dataSource = await database.connect();
    await arrangeGeneratedRuns(dataSource, runCount);
    // Every second run has a file, and every second one of these has the same bytes as another file.
    await dataSource.query('DELETE FROM task_run_file');
    await dataSource.query(
      `INSERT INTO task_run_file SELECT id, 0, 'a.txt', 'text/plain', 1, 'INPUT',
         CASE WHEN input_tokens % 4 = 0 THEN 'own-' || id ELSE 'shared-' || input_tokens % 1501 END, created
       FROM task_run WHERE input_tokens % 2 = 0`,
    );
    const keys: { key: string }[] = await dataSource.query('SELECT DISTINCT storage_key AS key FROM task_run_file');
    const files = join(folder, 'files');
    await mkdir(files);
    for (const { key } of keys) await writeFile(join(files, key), '1');

    const before = '2025-03-03T12:00:00Z';
    const expected = await dataSource.query('SELECT id FROM task_run WHERE created >= $1 ORDER BY id', [before]);
    const expectedKeys = await dataSource.query(
      'SELECT DISTINCT storage_key AS key FROM task_run_file JOIN task_run ON id = task_run_id WHERE task_run.created >= $1',
      [before],
    );
    const purge = (...pace: string[]) =>
      spawnProgram(['main.js', 'purge', '--project', generated.projectId, '--before', before, '--yes', ...pace], {
        DATABASE_URL: database.url,
        DATA_DIR: folder,
      });
    const random = createRandom(seededSource(seed));
    const endings: (string | null)[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const killed = purge('--batch', `${runCount / 100}`, '--pause', '0.02');
      const begun = killed.line(/^total/).catch(() => {});
      await begun;
      await sleep(random.integer(0, 120));
      killed.kill('SIGKILL');
      endings.push((await killed.ended).signal);
    }
    expect(endings).toContain('SIGKILL');
    const left = await dataSource.query('SELECT count(*)::integer AS count FROM task_run');
    expect(left[0].count).toBeLessThan(runCount);

    expect(await purge('--pause', '0').ended).toMatchObject({ code: 0, errors: '' });
    expect(await dataSource.query('SELECT id FROM task_run ORDER BY id')).toEqual(expected);
    const names = (list: readonly { key: string }[]) => list.map(({ key }) => key).sort();
    expect((await readdir(files)).sort()).toEqual(names(expectedKeys));
    expect(expectedKeys.length).toBeLessThan(keys.length);
    expect(await dataSource.query('SELECT * FROM file_deletion')).toEqual([]);
    await dataSource.destroy();
  }, 600_000);
});
