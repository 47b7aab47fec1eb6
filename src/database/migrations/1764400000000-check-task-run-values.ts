import type { MigrationInterface, QueryRunner } from 'typeorm';

const times = (columns: readonly string[]) =>
  columns
    .map((column) => `"${column}" >= '0001-01-01 00:00:00+00' AND "${column}" < '10000-01-01 00:00:00+00'`)
    .join(' AND ');

const checks = [
  ['task_run', 'task_run_run_data_check', `jsonb_typeof("run_data") = 'object'`],
  ['task_run', 'task_run_created_check', times(['created'])],
  ['task_run', 'task_run_charged_credits_check', `"charged_credits" > '-Infinity' AND "charged_credits" < 'Infinity'`],
  [
    'task_run',
    'task_run_counts_check',
    '"input_tokens" >= 0 AND "output_tokens" >= 0 AND "total_tokens" >= 0 AND "llm_retries" >= 0',
  ],
  [
    'task_run',
    'task_run_timings_check',
    `"input_processor_timing" > '-Infinity' AND "input_processor_timing" < 'Infinity' AND "llm_call_timing" > '-Infinity' AND "llm_call_timing" < 'Infinity'`,
  ],
  ['task_run_file', 'task_run_file_created_check', times(['created'])],
  ['task_run_file', 'task_run_file_size_bytes_check', '"size_bytes" BETWEEN 0 AND 9007199254740991'],
  ['reporting_group', 'reporting_group_times_check', times(['created', 'modified'])],
] as const;

export class CheckTaskRunValues1764400000000 implements MigrationInterface {
  name = 'CheckTaskRunValues1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    // Not validated here: that reads all rows, and this transaction keeps everybody off the tables. `migrate` does it after.
    for (const [table, name, condition] of checks) {
      await runner.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${condition}) NOT VALID`);
    }
    await runner.query(`
      CREATE OR REPLACE FUNCTION task_run_check_reporting_group() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (
          SELECT FROM task JOIN reporting_group USING (project_id)
          WHERE task.id = NEW.task_id AND reporting_group.id = NEW.reporting_group_id
        ) THEN
          RAISE EXCEPTION 'The reporting group % of the task run % is of another project.', NEW.reporting_group_id, NEW.id
            USING ERRCODE = 'check_violation', TABLE = 'task_run', CONSTRAINT = 'task_run_reporting_group_check';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER task_run_reporting_group_check
        AFTER INSERT OR UPDATE OF task_id, reporting_group_id ON task_run
        FOR EACH ROW WHEN (NEW.reporting_group_id IS NOT NULL) EXECUTE FUNCTION task_run_check_reporting_group();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER task_run_reporting_group_check ON task_run;
      DROP FUNCTION task_run_check_reporting_group();
    `);
    for (const [table, name] of checks) await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  }
}
