import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepCursorKey1765200000000 implements MigrationInterface {
  name = 'KeepCursorKey1765200000000';

  async up(runner: QueryRunner): Promise<void> {
    // The table has one row. 244 bits of a pair of UUIDs are random.
    await runner.query(`
      ALTER TABLE change_epoch ADD COLUMN cursor_key bytea;
      UPDATE change_epoch SET cursor_key = uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
      ALTER TABLE change_epoch ALTER COLUMN cursor_key SET NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE change_epoch DROP COLUMN cursor_key');
  }
}
