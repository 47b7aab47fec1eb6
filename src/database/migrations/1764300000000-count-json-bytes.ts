import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CountJsonBytes1764300000000 implements MigrationInterface {
  name = 'CountJsonBytes1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    // PostgreSQL knows how long a value is that it has compressed only once it has read all of it.
    await runner.query(`
      ALTER TABLE task_run ADD COLUMN response_bytes integer, ADD COLUMN run_data_bytes integer;

      CREATE OR REPLACE FUNCTION count_task_run_json_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.response_bytes := octet_length(NEW.response::text);
        NEW.run_data_bytes := octet_length(NEW.run_data::text);
        RETURN NEW;
      END $$;

      CREATE TRIGGER task_run_json_bytes BEFORE INSERT OR UPDATE OF response, run_data ON task_run
        FOR EACH ROW EXECUTE FUNCTION count_task_run_json_bytes();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER task_run_json_bytes ON task_run;
      DROP FUNCTION count_task_run_json_bytes();
      ALTER TABLE task_run DROP COLUMN response_bytes, DROP COLUMN run_data_bytes;
    `);
  }
}
