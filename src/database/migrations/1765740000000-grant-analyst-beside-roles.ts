import type { MigrationInterface, QueryRunner } from 'typeorm';

export class GrantAnalystBesideRoles1765740000000 implements MigrationInterface {
  name = 'GrantAnalystBesideRoles1765740000000';

  async up(runner: QueryRunner): Promise<void> {
    // The name of the constraint stays: gateways of the previous release insert with ON CONFLICT ON CONSTRAINT.
    await runner.query(`
      ALTER TABLE access_grant
        DROP CONSTRAINT access_grant_pkey,
        ADD CONSTRAINT access_grant_pkey PRIMARY KEY USING INDEX access_grant_key_idx
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DELETE FROM access_grant WHERE role = 'analyst'");
    await runner.query(`
      ALTER TABLE access_grant
        DROP CONSTRAINT access_grant_pkey,
        ADD CONSTRAINT access_grant_pkey PRIMARY KEY (resource_type, resource_id, subject_type, subject_id);
      CREATE UNIQUE INDEX access_grant_key_idx
        ON access_grant (resource_type, resource_id, subject_type, subject_id, is_analyst);
    `);
  }
}
