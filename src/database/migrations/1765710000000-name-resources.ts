import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NameResources1765710000000 implements MigrationInterface {
  name = 'NameResources1765710000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE resource_name (
        org_id uuid NOT NULL CONSTRAINT resource_name_org_id_fkey REFERENCES organization ON DELETE CASCADE,
        kind varchar(16) NOT NULL
          CONSTRAINT resource_name_kind_check CHECK (kind IN ('user', 'task_revision', 'llm_model')),
        id uuid NOT NULL,
        name text NOT NULL CONSTRAINT resource_name_name_check
          CHECK (char_length(name) BETWEEN 1 AND 200 AND name !~ '[\\u0001-\\u001F\\u007F-\\u009F]'),
        CONSTRAINT resource_name_pkey PRIMARY KEY (org_id, kind, id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE resource_name');
  }
}
