import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepMirrorCursors1765500000000 implements MigrationInterface {
  name = 'KeepMirrorCursors1765500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mirror_cursor (
        source varchar(2048) NOT NULL,
        resource_id uuid NOT NULL,
        project_id uuid NOT NULL CONSTRAINT mirror_cursor_project_id_fkey REFERENCES project ON DELETE CASCADE,
        change_cursor varchar(255) NOT NULL,
        CONSTRAINT mirror_cursor_pkey PRIMARY KEY (source, resource_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mirror_cursor');
  }
}
