import type { DataSource } from 'typeorm';
import { databaseKinds } from '../../support/databases.js';
import { createEmptyDatabase, type EmptyDatabase } from './empty-database.js';

describe.each(databaseKinds)('the migrations on the %s database', (kind) => {
  let database: EmptyDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await createEmptyDatabase(kind);
    dataSource = await database.connect();
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const objects = async () => {
    const rows: { readonly name: string }[] = await dataSource.query(`
      SELECT relkind::text || ' ' || relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relname !~ '^(migrations|PK_)'
      UNION ALL SELECT 'type ' || typname FROM pg_type
      WHERE typnamespace = 'public'::regnamespace AND typname !~ '^_?migrations'
      UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      ORDER BY 1`);
    return rows.map(({ name }) => name);
  };

  it('make exactly the tables the entities describe', async () => {
    await dataSource.runMigrations();
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can all be taken back, which leaves nothing behind, and made again', async () => {
    await dataSource.runMigrations();
    const before = await objects();
    expect(before).toContain('r task_run');
    for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
    expect(await objects()).toEqual([]);
    await dataSource.runMigrations();
    expect(await objects()).toEqual(before);
  });
});
