import type { DataSource } from 'typeorm';
import { createRandom, seededSource } from '../../../src/demo/data/random.js';
import { seedRuns } from '../../../src/demo/data/seed-runs.js';
import { emptyTables } from '../../support/empty-tables.js';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';

const endMs = Date.parse('2026-11-24T12:00:00Z');

describe('seeding the database', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
  });
  beforeEach(() => emptyTables(dataSource));
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const seed = (runs: number, onCommit: (committed: number) => void, signal = new AbortController().signal) =>
    seedRuns({ dataSource, runs, endMs, random: createRandom(seededSource(runs)), onCommit, signal });
  const count = async (table = 'task_run') =>
    (await dataSource.query(`SELECT count(*)::int AS count FROM ${table}`))[0].count;

  it('adds exactly so many runs, with files, over the 60 days before', async () => {
    const counts: number[] = [];
    await seed(2345, (committed) => counts.push(committed));
    expect(counts.at(-1)).toBe(2345);
    expect(await count()).toBe(2345);
    expect(await count('task_run_file')).toBeGreaterThan(1000);
    const [{ first, last }] = await dataSource.query(
      'SELECT min(created) AS first, max(created) AS last FROM task_run',
    );
    expect(first.toISOString().slice(0, 10)).toBe('2026-09-25');
    expect(last.toISOString().slice(0, 10)).toBe('2026-11-24');
  });

  it('adds the organizations, tasks, groups and grants once, and runs every time', async () => {
    await seed(10, () => {});
    const before = await count('access_grant');
    await seed(20, () => {});
    expect(await count('access_grant')).toBe(before);
    expect(await count('organization')).toBe(3);
    expect(await count()).toBe(30);
  });

  it('stops on request, with the true count', async () => {
    const stop = new AbortController();
    let reported = 0;
    const onCommit = (committed: number) => {
      reported = committed;
      if (committed >= 3000) stop.abort();
    };
    await seed(50_000, onCommit, stop.signal);
    expect(reported).toBeGreaterThanOrEqual(3000);
    expect(reported).toBeLessThan(10_000);
    expect(await count()).toBe(reported);
  });

  it('fails when a batch fails, having reported no more runs than were added', async () => {
    let reported = 0;
    await dataSource.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF (SELECT count(*) FROM task_run) > 3000 THEN RAISE EXCEPTION 'the disk is full'; END IF; RETURN NULL; END $$`);
    await dataSource.query('CREATE TRIGGER refuse AFTER INSERT ON task_run EXECUTE FUNCTION refuse()');
    const onCommit = (committed: number) => {
      reported = committed;
    };
    await expect(seed(20_000, onCommit)).rejects.toThrow('the disk is full');
    await dataSource.query('DROP FUNCTION refuse() CASCADE');
    expect(reported).toBeGreaterThanOrEqual(2000);
    expect(await count()).toBe(reported);
  });
});
