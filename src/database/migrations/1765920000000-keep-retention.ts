import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepRetention1765920000000 implements MigrationInterface {
  name = 'KeepRetention1765920000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE retention (
        resource_type varchar(16) NOT NULL
          CONSTRAINT retention_resource_type_check CHECK (resource_type IN ('organization', 'project', 'task')),
        resource_id uuid NOT NULL,
        days integer NOT NULL CONSTRAINT retention_days_check CHECK (days > 0),
        keep integer NOT NULL DEFAULT 0 CONSTRAINT retention_keep_check CHECK (keep >= 0),
        CONSTRAINT retention_pkey PRIMARY KEY (resource_type, resource_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE retention');
  }
}
