import { migrateSchema } from '../../../src/database/migrate-schema.js';
import { describeOnServer } from '../../support/databases.js';
import { createEmptyDatabase } from '../../support/own-database.js';

describeOnServer('migrating in a schema whose name needs quotes', () => {
  it('creates all tables there, and validates their checks', async () => {
    const database = await createEmptyDatabase();
    const dataSource = await database.connect();
    await dataSource.query('CREATE SCHEMA "Task Runs"');
    const url = `${database.url}?options=${encodeURIComponent('-csearch_path="Task\\ Runs"')}`;
    const lines: string[] = [];
    const migrate = () => migrateSchema(url, { report: (line) => lines.push(line), warn: (line) => lines.push(line) });
    await migrate();
    await dataSource.query(
      `ALTER TABLE "Task Runs".task_run ADD CONSTRAINT later_check CHECK (llm_retries < 100) NOT VALID`,
    );
    await migrate();
    const found = await dataSource.query(
      `SELECT convalidated AS "isValid" FROM pg_constraint WHERE conname = 'later_check'`,
    );
    const tables = await dataSource.query(
      `SELECT schemaname AS schema FROM pg_tables WHERE schemaname IN ('public', 'Task Runs') GROUP BY schemaname`,
    );
    await dataSource.destroy();
    await database.drop();
    expect(found).toEqual([{ isValid: true }]);
    expect(tables).toEqual([{ schema: 'Task Runs' }]);
    expect(lines.filter((line) => line === 'The schema is up to date.')).toHaveLength(2);
  });
});
