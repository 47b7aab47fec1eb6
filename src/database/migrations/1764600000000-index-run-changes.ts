import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensureIndexConcurrently } from '../migrating/concurrent-index.js';

export class IndexRunChanges1764600000000 implements MigrationInterface {
  name = 'IndexRunChanges1764600000000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await ensureIndexConcurrently(runner, 'task_run_change_idx', 'ON task_run (task_id, changed_xid, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX task_run_change_idx');
  }
}
