import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { sampleFiles } from '../../src/demo/data/sample-files.js';
import { databaseKind } from '../support/databases.js';
import { createEmptyDatabase, type OwnDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';

const lastLine = (output: string) => output.trimEnd().split('\n').at(-1)!;
const committedIn = (line: string) => Number(/^([\d,]+) of /.exec(line)![1]!.replaceAll(',', ''));

describe('the seed command', () => {
  let database: OwnDatabase;
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gateway-seed-'));
    database = await createEmptyDatabase();
  });
  beforeEach(() =>
    inDatabase(async (dataSource) => {
      await dataSource.dropDatabase();
      await dataSource.runMigrations();
    }),
  );
  afterAll(async () => {
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const seed = (runs: number) =>
    // One connection, because all connections to the embedded database share a session.
    spawnProgram(['main.js', 'seed', '--runs', `${runs}`], {
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: databaseKind === 'embedded' ? '1' : '4',
      DATA_DIR: dataDir,
      // The time limit for the gateway's reads, which a batch on a busy server exceeds.
      DATABASE_TIMEOUT_MS: '1',
    });
  const inDatabase = async <T>(action: (dataSource: DataSource) => Promise<T>): Promise<T> => {
    const dataSource = await database.connect();
    return action(dataSource).finally(() => dataSource.destroy());
  };
  const count = () =>
    inDatabase(async (dataSource) => (await dataSource.query('SELECT count(*)::int AS count FROM task_run'))[0].count);

  it('names the command to run without tables, and exits 1', async () => {
    await inDatabase((dataSource) => dataSource.dropDatabase());
    const { code, errors } = await seed(10).ended;
    expect(code).toBe(1);
    expect(errors).toMatch(/^The database lacks the migrations? Baseline1766100000000.*\. Run npm run migrate\.\n$/);
  });

  it('adds the runs, reports their number in a plain line, and stores the bytes of their files', async () => {
    const { code, output } = await seed(1500).ended;
    expect(code).toBe(0);
    expect(lastLine(output)).toMatch(/^1,500 of 1,500 runs, [\d,]+ a second$/);
    expect(await count()).toBe(1500);
    for (const { storageKey, bytes } of sampleFiles) {
      expect(await readFile(join(dataDir, 'files', storageKey))).toEqual(Buffer.from(bytes));
    }
    expect(await readdir(join(dataDir, 'files', 'demo'))).toHaveLength(sampleFiles.length);
  });

  it('stops at an interrupt with the true count, and exits 130', async () => {
    const program = seed(1_000_000);
    const line = await program.line(/ of 1,000,000 runs/);
    program.kill('SIGINT');
    const { code, output } = await program.ended;
    expect(code).toBe(130);
    expect(committedIn(lastLine(output))).toBeGreaterThan(committedIn(line));
    expect(await count()).toBe(committedIn(lastLine(output)));
  });

  it('reports no run that a kill could take away', async () => {
    const program = seed(1_000_000);
    await program.line(/ of 1,000,000 runs/);
    program.kill('SIGKILL');
    const { output } = await program.ended;
    expect(committedIn(lastLine(output))).toBeGreaterThan(0);
    expect(await count()).toBeGreaterThanOrEqual(committedIn(lastLine(output)));
  });
});

describe('the seed command', () => {
  it('reports all faults of its options at once, and exits 2', async () => {
    const { code, output, errors } = await spawnProgram(['main.js', 'seed', '--rnus', '5', '--runs', '1e6']).ended;
    expect(code).toBe(2);
    expect(output).toBe('');
    expect(errors).toBe(`--rnus is not an option. (Did you mean --runs?)
"5" does not belong to any option.
--runs is not an integer from 1 to 100000000.
DATABASE_URL is not set: this command requires a PostgreSQL server.
Usage: npm run seed -- --runs N
`);
  });
});
