import type { DataSource } from 'typeorm';
import { assertSchemaIsCurrent } from '../../../src/database/schema-version.js';
import { createEmptyDatabase, type OwnDatabase } from '../../support/own-database.js';

describe('the schema of the database', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    dataSource = await database.connect();
  });
  beforeEach(async () => {
    await dataSource.runMigrations();
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it('passes with exactly the known migrations', async () => {
    await expect(assertSchemaIsCurrent(dataSource)).resolves.toEqual([]);
  });

  it('fails without tables, with the command to run', async () => {
    await dataSource.dropDatabase();
    await expect(assertSchemaIsCurrent(dataSource)).rejects.toThrow(
      /^The database lacks the migrations? Baseline1766100000000.*\. Run npm run migrate\.$/,
    );
  });

  it('fails when a migration is missing, with the command to run', async () => {
    await dataSource.query(`DELETE FROM migrations WHERE name = 'Baseline1766100000000'`);
    await expect(assertSchemaIsCurrent(dataSource)).rejects.toThrow(
      'The database lacks the migration Baseline1766100000000. Run npm run migrate.',
    );
  });

  it('passes when an unknown migration has only added to it', async () => {
    await dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (99, 'AddTheFuture99')`);
    await expect(assertSchemaIsCurrent(dataSource)).resolves.toEqual(['AddTheFuture99']);
    await dataSource.query('DELETE FROM migrations WHERE timestamp = 99');
  });

  it('fails as newer than the gateway when an unknown migration has changed it', async () => {
    await dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (99, 'AddTheFuture99')`);
    await dataSource.query(`UPDATE schema_minimum SET migration = 'AddTheFuture99'`);
    await expect(assertSchemaIsCurrent(dataSource)).rejects.toThrow(
      'This gateway is older than the database and does not know the migration AddTheFuture99. Run a newer gateway.',
    );
    await dataSource.query(`UPDATE schema_minimum SET migration = 'StateSchemaMinimum1764800000000'`);
    await dataSource.query('DELETE FROM migrations WHERE timestamp = 99');
  });
});
