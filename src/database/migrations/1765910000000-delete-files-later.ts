import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DeleteFilesLater1765910000000 implements MigrationInterface {
  name = 'DeleteFilesLater1765910000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE file_deletion (
        storage_key varchar(1024) CONSTRAINT file_deletion_pkey PRIMARY KEY,
        recorded timestamptz(6) NOT NULL DEFAULT now()
      );

      -- A role that may delete rows of files, such as a writer's, has to record their keys, and take them back.
      DO $$
      DECLARE writer text;
      BEGIN
        FOR writer IN
          SELECT DISTINCT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
          FROM pg_class CROSS JOIN aclexplode(relacl)
          WHERE pg_class.oid = 'task_run_file'::regclass AND privilege_type = 'DELETE'
        LOOP
          EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON file_deletion TO ' || writer;
        END LOOP;
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE file_deletion');
  }
}
