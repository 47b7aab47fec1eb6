import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ForgetDeletions1766010000000 implements MigrationInterface {
  name = 'ForgetDeletions1766010000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE change_epoch ADD COLUMN forgotten_xid xid8, ADD COLUMN forgotten_run_id uuid');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE change_epoch DROP COLUMN forgotten_xid, DROP COLUMN forgotten_run_id');
  }
}
