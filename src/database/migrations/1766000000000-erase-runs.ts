import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantToHolders } from '../migrating/grant-to-holders.js';

export class EraseRuns1766000000000 implements MigrationInterface {
  name = 'EraseRuns1766000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- It refers to nothing, and no trigger touches it: whatever becomes of a project, its erased runs do not come back.
      CREATE TABLE erased_run (id uuid CONSTRAINT erased_run_pkey PRIMARY KEY);

      ${grantToHolders(['INSERT', 'task_run'], 'SELECT ON erased_run')}
      ${grantToHolders(
        ['DELETE', 'task_run'],
        'SELECT, INSERT ON erased_run',
        'SELECT ON deleted_task',
        'SELECT, UPDATE (user_id) ON task_run_deletion',
      )}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE erased_run');
  }
}
