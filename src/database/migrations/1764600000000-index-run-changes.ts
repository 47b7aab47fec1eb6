import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexRunChanges1764600000000 implements MigrationInterface {
  name = 'IndexRunChanges1764600000000';
  /** Beside reads and writes, which a transaction would keep off the table. */
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // What an attempt that was broken off has left behind is not valid.
    await runner.query('DROP INDEX IF EXISTS task_run_change_idx');
    await runner.query('CREATE INDEX CONCURRENTLY task_run_change_idx ON task_run (task_id, changed_xid, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX task_run_change_idx');
  }
}
