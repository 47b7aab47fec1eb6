import type { MigrationInterface, QueryRunner } from 'typeorm';
import { bookkeeping, rights } from './baseline/bookkeeping.js';
import { createDeletionTriggers } from './baseline/deletion-triggers.js';
import { failureFunctions } from './baseline/failure-functions.js';
import { indexes } from './baseline/indexes.js';
import { assertReplaced, findReplacedMigrations, recordReplacedMigrations } from './baseline/replaced-migrations.js';
import { searchFunctions } from './baseline/search-functions.js';
import { tables } from './baseline/tables.js';
import { triggers } from './baseline/triggers.js';

/**
 * The complete schema, for a database without tables. A database that has run the replaced migrations already has this
 * schema and only records the baseline. Thus programs from before and after the baseline work with the same database.
 */
export class Baseline1766100000000 implements MigrationInterface {
  name = 'Baseline1766100000000';

  async up(runner: QueryRunner): Promise<void> {
    const applied = await findReplacedMigrations(runner);
    if (applied.length > 0) {
      await assertReplaced(runner, applied);
      return;
    }
    const [{ schema }] = await runner.query('SELECT quote_ident(current_schema()) AS schema');
    const parts = [tables, bookkeeping, rights, triggers, createDeletionTriggers(schema)];
    for (const part of [...parts, searchFunctions, failureFunctions, indexes]) await runner.query(part);
    await recordReplacedMigrations(runner);
  }

  async down(): Promise<void> {
    throw new Error('The baseline cannot be reverted, because that would drop every table with its rows.');
  }
}
