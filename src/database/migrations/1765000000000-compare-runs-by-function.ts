import type { MigrationInterface, QueryRunner } from 'typeorm';
import { asRecords, updateTrigger } from './1764500000000-stamp-run-changes.js';

/**
 * PostgreSQL leaves the casts of records out where it writes down the condition of a trigger, and then does not read the
 * comparison: databases restored from a dump lacked the trigger, so that updates were no changes.
 */
export class CompareRunsByFunction1765000000000 implements MigrationInterface {
  name = 'CompareRunsByFunction1765000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER IF EXISTS task_run_update_change ON task_run;
      ${updateTrigger((before, after) => `record_image_ne(${before}, ${after})`)}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER task_run_update_change ON task_run;
      ${updateTrigger(asRecords)}
    `);
  }
}
