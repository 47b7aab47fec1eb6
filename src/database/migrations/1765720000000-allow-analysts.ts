import type { MigrationInterface, QueryRunner } from 'typeorm';

const roles = ['owner', 'editor', 'viewer'];

export class AllowAnalysts1765720000000 implements MigrationInterface {
  name = 'AllowAnalysts1765720000000';

  async up(runner: QueryRunner): Promise<void> {
    // A generated column would rewrite the table. The trigger lets writers go on naming the role alone.
    await runner.query(`
      ALTER TABLE access_grant ADD COLUMN is_analyst boolean NOT NULL DEFAULT false;
      CREATE OR REPLACE FUNCTION access_grant_set_is_analyst() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.is_analyst := NEW.role = 'analyst';
        RETURN NEW;
      END $$;
      CREATE TRIGGER access_grant_set_is_analyst BEFORE INSERT OR UPDATE ON access_grant
        FOR EACH ROW EXECUTE FUNCTION access_grant_set_is_analyst();
    `);
    await replaceRoleCheck(runner, [...roles, 'analyst']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DELETE FROM access_grant WHERE role = 'analyst'");
    await replaceRoleCheck(runner, roles);
    await runner.query(`
      DROP TRIGGER access_grant_set_is_analyst ON access_grant;
      DROP FUNCTION access_grant_set_is_analyst();
      ALTER TABLE access_grant DROP COLUMN is_analyst;
    `);
  }
}

async function replaceRoleCheck(runner: QueryRunner, allowed: readonly string[]): Promise<void> {
  const list = allowed.map((role) => `'${role}'`).join(', ');
  await runner.query(`ALTER TABLE access_grant DROP CONSTRAINT access_grant_role_check`);
  await runner.query(
    `ALTER TABLE access_grant ADD CONSTRAINT access_grant_role_check CHECK (role IN (${list})) NOT VALID`,
  );
}
