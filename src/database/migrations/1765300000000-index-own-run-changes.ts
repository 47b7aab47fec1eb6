import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensureIndexConcurrently } from '../migrating/concurrent-index.js';

export class IndexOwnRunChanges1765300000000 implements MigrationInterface {
  name = 'IndexOwnRunChanges1765300000000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // For callers who see their own runs alone: the index of all changes would show how many others there are. Runs
    // without a user are left out.
    await ensureIndexConcurrently(
      runner,
      'task_run_own_change_idx',
      'ON task_run (task_id, user_id, changed_xid, id) WHERE user_id IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX task_run_own_change_idx');
  }
}
