import { hasSearchIndex } from '../../src/database/search-index.js';
import { describeOnServer } from '../support/databases.js';
import { arrangeGeneratedRuns } from '../support/generated-runs.js';
import { createEmptyDatabase, type OwnDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';
import { undoMigrations } from '../support/undo-migrations.js';

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
      output:
        'Applied CreateTaskRunTables1764000000000.\nApplied IndexTaskRunLists1764100000000.\nApplied IndexSharedAccessGrants1764200000000.\nApplied CountJsonBytes1764300000000.\nApplied CheckTaskRunValues1764400000000.\nApplied StampRunChanges1764500000000.\nApplied IndexRunChanges1764600000000.\nApplied IndexGrantsAndTasks1764700000000.\nApplied StateSchemaMinimum1764800000000.\nApplied DefineRunTerms1764900000000.\nApplied CompareRunsByFunction1765000000000.\nApplied IndexRunsOfReportingGroups1765100000000.\nApplied KeepCursorKey1765200000000.\nApplied IndexOwnRunChanges1765300000000.\nApplied RecordRunDeletions1765400000000.\nApplied KeepMirrorCursors1765500000000.\nApplied VacuumRecentRuns1765650000000.\nApplied NameResources1765710000000.\nApplied AllowAnalysts1765720000000.\nApplied IndexAnalystGrants1765730000000.\nApplied GrantAnalystBesideRoles1765740000000.\nApplied DefineFailureKinds1765800000000.\nApplied IndexFailureKinds1765810000000.\nApplied IndexDeletions1765900000000.\nApplied DeleteFilesLater1765910000000.\nApplied KeepRetention1765920000000.\nApplied EraseRuns1766000000000.\nApplied ForgetDeletions1766010000000.\nApplied EraseUsers1766020000000.\nApplied MaskFileNames1766200000000.\nThe schema is up to date.\n',
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
    await undoMigrations(dataSource, 'CheckTaskRunValues');
    const [{ id }] = await dataSource
      .query("UPDATE task_run SET run_data = 'null' RETURNING id")
      .then(([rows]) => rows);
    await dataSource.destroy();
    const ended = await migrate({ DATABASE_URL: database.url });
    expect(ended).toMatchObject({ code: 0, errors: '' });
    expect(ended.output.split('\n')).toEqual([
      'Applied CheckTaskRunValues1764400000000.',
      'Applied StampRunChanges1764500000000.',
      'Applied IndexRunChanges1764600000000.',
      'Applied IndexGrantsAndTasks1764700000000.',
      'Applied StateSchemaMinimum1764800000000.',
      'Applied DefineRunTerms1764900000000.',
      'Applied CompareRunsByFunction1765000000000.',
      'Applied IndexRunsOfReportingGroups1765100000000.',
      'Applied KeepCursorKey1765200000000.',
      'Applied IndexOwnRunChanges1765300000000.',
      'Applied RecordRunDeletions1765400000000.',
      'Applied KeepMirrorCursors1765500000000.',
      'Applied VacuumRecentRuns1765650000000.',
      'Applied NameResources1765710000000.',
      'Applied AllowAnalysts1765720000000.',
      'Applied IndexAnalystGrants1765730000000.',
      'Applied GrantAnalystBesideRoles1765740000000.',
      'Applied DefineFailureKinds1765800000000.',
      'Applied IndexFailureKinds1765810000000.',
      'Applied IndexDeletions1765900000000.',
      'Applied DeleteFilesLater1765910000000.',
      'Applied KeepRetention1765920000000.',
      'Applied EraseRuns1766000000000.',
      'Applied ForgetDeletions1766010000000.',
      'Applied EraseUsers1766020000000.',
      'Applied MaskFileNames1766200000000.',
      `task_run_run_data_check: 1 row of task_run (${id}). They cannot be updated before they are repaired; then migrate again.`,
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
    expect(errors).toMatch(/^--search is neither on nor off\.$/m);
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
