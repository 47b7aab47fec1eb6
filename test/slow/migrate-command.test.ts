import { migrations } from '../../src/database/migrations/index.js';
import { hasSearchIndex } from '../../src/database/search-index.js';
import { describeOnServer } from '../support/databases.js';
import { arrangeGeneratedRuns } from '../support/generated-runs.js';
import { laterProgram } from '../support/later-migrations.mjs';
import { createEmptyDatabase, type OwnDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';

const migrate = (environment: Record<string, string>, ...args: readonly string[]) =>
  spawnProgram(['main.js', 'migrate', ...args], environment).ended;

describe('the migrate command', () => {
  let database: OwnDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  beforeEach(async () => {
    const dataSource = await database.connect();
    await dataSource.dropDatabase();
    await dataSource.destroy();
  });
  afterAll(() => database?.drop());

  it('makes the tables, naming each migration, and needs no AUTH_ISSUERS', async () => {
    expect(await migrate({ DATABASE_URL: database.url })).toMatchObject({
      code: 0,
      output: `${migrations.map(({ name }) => `Applied ${name}.\n`).join('')}The schema is up to date.\n`,
      errors: '',
    });
  });

  it('does nothing the second time', async () => {
    await migrate({ DATABASE_URL: database.url });
    expect(await migrate({ DATABASE_URL: database.url })).toMatchObject({
      code: 0,
      output: 'The schema is up to date.\n',
    });
  });

  it('makes the search index as configured, keeps it, and drops it', async () => {
    const search = (...args: readonly string[]) => migrate({ DATABASE_URL: database.url }, ...args);
    const hasIndex = async () => {
      const dataSource = await database.connect();
      return hasSearchIndex(dataSource).finally(() => dataSource.destroy());
    };
    expect(await search()).toMatchObject({ code: 0 });
    expect(await hasIndex()).toBe(false);
    for (const args of [['--search', 'on'], ['--search=on'], []]) {
      expect(await search(...args)).toMatchObject({ code: 0, errors: '' });
      expect(await hasIndex()).toBe(true);
    }
    expect(await search('--search', 'off')).toMatchObject({
      code: 0,
      output: 'Search is off.\nThe schema is up to date.\n',
    });
    expect(await hasIndex()).toBe(false);
  });

  it('names rows that violate a new constraint, and exits 0', async () => {
    await migrate({ DATABASE_URL: database.url });
    const dataSource = await database.connect();
    await arrangeGeneratedRuns(dataSource, 1);
    const [{ id }] = await dataSource
      .query("UPDATE task_run SET reference = 'none' RETURNING id")
      .then(([rows]) => rows);
    await dataSource.destroy();
    const ended = await spawnProgram([laterProgram, 'migrate'], { DATABASE_URL: database.url }).ended;
    expect(ended).toMatchObject({ code: 0, errors: '' });
    expect(ended.output.split('\n')).toEqual([
      'Applied IndexRevisions9000000000000.',
      'Applied CheckTexts9000000100000.',
      'Applied DropContextIndex9000000200000.',
      `task_run_reference_check: 1 row of task_run (${id}). They cannot be updated until they are repaired. Repair them, then migrate again.`,
      'The schema is up to date.',
      '',
    ]);
  });

  it('rejects a database that is ahead of it, and exits 1', async () => {
    await migrate({ DATABASE_URL: database.url });
    const dataSource = await database.connect();
    await dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (99, 'AddTheFuture99')`);
    await dataSource.query(`UPDATE schema_minimum SET migration = 'AddTheFuture99'`);
    await dataSource.destroy();
    expect(await migrate({ DATABASE_URL: database.url })).toMatchObject({
      code: 1,
      errors: expect.stringContaining('This gateway is older than the database'),
    });
  });
});

describe('the migrate command', () => {
  it('requires DATABASE_URL, and exits 1', async () => {
    const { code, errors } = await migrate({});
    expect(code).toBe(1);
    expect(errors).toBe(
      'The configuration is invalid:\n- DATABASE_URL is not set: this command requires a PostgreSQL server.\n',
    );
  });

  it('requires on or off for the search, and exits 2', async () => {
    const { code, errors } = await migrate({ DATABASE_URL: 'postgres://localhost/none' }, '--search', 'maybe');
    expect(code).toBe(2);
    expect(errors).toMatch(/^--search must be on or off\.$/m);
  });

  it('reports in one line that the server cannot be reached, without the password, and exits 1', async () => {
    const { code, errors } = await migrate({ DATABASE_URL: 'postgres://user:hunter2@localhost:1/none' });
    expect(code).toBe(1);
    expect(errors).toMatch(/^.*ECONNREFUSED.*\n$/);
    expect(errors).not.toContain('hunter2');
  });
});

describeOnServer('several migrate commands at once', () => {
  it('migrate one after the other, the first doing everything', async () => {
    const database = await createEmptyDatabase();
    const endings = await Promise.all(Array.from({ length: 3 }, () => migrate({ DATABASE_URL: database.url })));
    await database.drop();
    expect(endings.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(endings.filter(({ output }) => output.includes('Applied'))).toHaveLength(1);
  });
});
