import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantToHolders } from '../migrating/grant-to-holders.js';

export class DeleteFilesLater1765910000000 implements MigrationInterface {
  name = 'DeleteFilesLater1765910000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE file_deletion (
        storage_key varchar(1024) CONSTRAINT file_deletion_pkey PRIMARY KEY,
        recorded timestamptz(6) NOT NULL DEFAULT now()
      );

      -- A role that may delete rows of files, such as a writer's, has to record their keys, and take them back.
      ${grantToHolders(['DELETE', 'task_run_file'], 'SELECT, INSERT, UPDATE, DELETE ON file_deletion')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE file_deletion');
  }
}
