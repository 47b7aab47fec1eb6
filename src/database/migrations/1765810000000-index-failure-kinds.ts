import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensureIndexConcurrently } from '../migrating/concurrent-index.js';

/** The runs of a rare kind of failure would otherwise be found only by reading all failed runs. */
export class IndexFailureKinds1765810000000 implements MigrationInterface {
  name = 'IndexFailureKinds1765810000000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await ensureIndexConcurrently(
      runner,
      'task_run_failure_idx',
      'ON task_run (task_id, (failure_kind(failure_message(response)) COLLATE "C"), created, id) WHERE is_error',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX task_run_failure_idx');
  }
}
