import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMigratedDatabase, type OwnDatabase } from '../support/own-database.js';
import { idOf } from '../support/permission-world.js';
import { spawnProgram } from '../support/spawned-program.js';

const count = 30_000;
const place = ['--org', idOf(1), '--project', idOf(2), '--task', idOf(3), '--create'];

describe('the import command with a file', () => {
  let database: OwnDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    folder = await mkdtemp(join(tmpdir(), 'gateway-import-file-'));
  });
  afterAll(async () => {
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (file: string, environment: Readonly<Record<string, string>> = { DATABASE_URL: database.url }) =>
    spawnProgram(['main.js', 'import', '--from', file, ...place], environment);

  it('adds each run once where it was killed and started again', async () => {
    const file = join(folder, 'runs.csv');
    const row = (index: number) => `2024-01-16,"{""submitted"":${index}}"\n`;
    await writeFile(file, `created,run_data\n${Array.from({ length: count }, (_, index) => row(index)).join('')}`);
    const program = start(file);
    await program.line(/runs, .* a second$/);
    program.kill('SIGKILL');
    await program.ended;
    expect(await start(file).ended).toMatchObject({
      code: 0,
      errors: '',
      output: expect.stringMatching(/^Runs: 30,000 read, .* 0 rejected\. 30,000 are in the database\.$/m),
    });
    const dataSource = await database.connect();
    const [{ runs }] = await dataSource.query(
      `SELECT count(DISTINCT run_data)::int AS runs FROM task_run HAVING count(*) = ${count}`,
    );
    await dataSource.destroy();
    expect(runs).toBe(count);
  });

  it('exits 1 where a row is invalid, and reports how many rows were imported', async () => {
    const file = join(folder, 'bad.ndjson');
    await writeFile(file, '{"run_data":1}\n');
    expect(await start(file).ended).toMatchObject({
      code: 1,
      errors: 'bad.ndjson:1: `run_data` must be a JSON object, not "1".\n',
      output: expect.stringMatching(/^Runs: 0 read, .* 0 are in the database\.$/m),
    });
  });

  it('prints a grant command that works on the embedded database', async () => {
    const environment = { DATA_DIR: join(folder, 'embedded') };
    const gateway = spawnProgram(['main.js'], { ...environment, PORT: '0' });
    await gateway.line(/"listening"/);
    gateway.kill('SIGTERM');
    await gateway.ended;

    const file = join(folder, 'embedded.ndjson');
    await writeFile(file, '{"run_data":{}}\n');
    const { output } = await start(file, environment).ended;
    const [, command] = /^To let a user see these runs: .*\b(grant .*)$/m.exec(output)!;
    const grant = command!.replace(' -- ', ' ').replace('SUB', 'alice').split(' ');
    expect(await spawnProgram(['main.js', ...grant], environment).ended).toEqual({
      code: 0,
      signal: null,
      errors: '',
      output: expect.stringMatching(
        /^Granted owner on task .* to user alice\.\nThe grant makes all runs of the task visible\.$/m,
      ),
    });
    const grants = await spawnProgram(['main.js', 'grants', '--user', 'alice', '--json'], environment).ended;
    expect(JSON.parse(grants.output)).toEqual([expect.objectContaining({ resource_id: idOf(3), role: 'owner' })]);
  });

  it('requires a database: a configured one, or the embedded one that the gateway has made', async () => {
    const file = join(folder, 'one.ndjson');
    await writeFile(file, '{"run_data":{}}\n');
    const { code, errors } = await start(file, { DATA_DIR: join(folder, 'data') }).ended;
    expect({ code, errors }).toEqual({
      code: 1,
      errors: expect.stringMatching(
        /^DATABASE_URL is not set, and there is no embedded database in .*: start the gateway once/,
      ),
    });
  });
});
