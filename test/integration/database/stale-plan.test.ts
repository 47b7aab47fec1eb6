import { PostgresStatements } from '../../../src/database/connection/statement-runner.js';
import { createEmptyDatabase, type OwnDatabase } from '../../support/own-database.js';

describe('a statement that was prepared', () => {
  let database: OwnDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database?.drop());

  it('goes through planning again after the type of a column has changed', async () => {
    const dataSource = await database.connect();
    try {
      await dataSource.query('CREATE TABLE changing (value integer); INSERT INTO changing VALUES (1)');
      const options = { onStatement: () => {}, cancelsOnAbort: false, keepsPrepared: true };
      const runner = new PostgresStatements(dataSource, options);
      const read = () => runner.run({ name: 'changing', text: 'SELECT * FROM changing' }, []);
      expect(await read()).toEqual([{ value: 1 }]);
      await dataSource.query('ALTER TABLE changing ALTER COLUMN value TYPE text');
      expect(await read()).toEqual([{ value: '1' }]);
      expect(await read()).toEqual([{ value: '1' }]);
    } finally {
      await dataSource.destroy();
    }
  });
});
