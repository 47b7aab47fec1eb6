import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createDeletionFunctions } from './baseline/deletion-triggers.js';

/**
 * For the feeds of organizations, the records of runs that moved to another project also state whether the runs stayed
 * in their organization. For moves before this migration, these feeds report deletions. Programs of the previous
 * release are not affected, because the triggers write the new column.
 */
export class MovesInOrganizations1766300000000 implements MigrationInterface {
  name = 'MovesInOrganizations1766300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE task_run_deletion ADD COLUMN is_in_organization boolean NOT NULL DEFAULT false');
    await replaceFunctions(runner, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await replaceFunctions(runner, false);
    await runner.query('ALTER TABLE task_run_deletion DROP COLUMN is_in_organization');
  }
}

/** Replaces the two functions that write the column, or that did not before it existed. */
async function replaceFunctions(runner: QueryRunner, statesOrganization: boolean): Promise<void> {
  const [{ schema }] = await runner.query('SELECT quote_ident(current_schema()) AS schema');
  const functions = createDeletionFunctions(schema, statesOrganization);
  await runner.query(functions.record_task_run_deletions + functions.record_task_run_move);
}
