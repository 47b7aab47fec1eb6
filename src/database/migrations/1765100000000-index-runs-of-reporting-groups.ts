import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropIndex, ensureIndexConcurrently } from '../migrating/concurrent-index.js';

export class IndexRunsOfReportingGroups1765100000000 implements MigrationInterface {
  name = 'IndexRunsOfReportingGroups1765100000000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // An index of the group alone led to the group's runs in all tasks of the project, and to all runs without a group that
    // there are, each of which had to be looked up in the table before it was known to be another task's.
    await ensureIndexConcurrently(
      runner,
      'task_run_reporting_group_idx',
      'ON task_run (reporting_group_id, task_id, created, id) WHERE reporting_group_id IS NOT NULL',
    );
    await dropIndex(runner, 'task_run_reporting_group_id_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX task_run_reporting_group_id_idx ON task_run (reporting_group_id)');
    await runner.query('DROP INDEX task_run_reporting_group_idx');
  }
}
