import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the APIs show of a run. */
const columns = [
  ...['id', 'task_id', 'task_revision_id', 'response', 'run_data', 'created', 'input_tokens', 'output_tokens'],
  ...['total_tokens', 'input_processor_timing', 'llm_call_timing', 'charged_credits', 'is_error', 'llm_retries'],
  ...['used_fallback_model', 'primary_failure_reason', 'fallback_llm_model_id', 'user_id', 'reporting_group_id'],
  ...['reference', 'context_id'],
];
const rowOf = (alias: string) => `ROW(${columns.map((column) => `${alias}.${column}`).join(', ')})`;

/**
 * SQL: the trigger of updates. Compared byte by byte: 1.0 and 1.00 are equal, and shown differently.
 * @param isChanged SQL of a comparison of two rows
 */
export const updateTrigger = (isChanged: (before: string, after: string) => string) => `
      CREATE TRIGGER task_run_update_change BEFORE UPDATE OF ${columns.join(', ')} ON task_run
        FOR EACH ROW WHEN (${isChanged(rowOf('OLD'), rowOf('NEW'))}) EXECUTE FUNCTION stamp_task_run_change();`;

/** As one value: rows themselves are compared member by member. */
export const asRecords = (before: string, after: string) => `${before}::record *<> ${after}::record`;

const fileTriggers = [
  ['insert', 'INSERT', 'NEW TABLE AS new_file'],
  ['update', 'UPDATE', 'OLD TABLE AS old_file NEW TABLE AS new_file'],
  ['delete', 'DELETE', 'OLD TABLE AS old_file'],
] as const;

export class StampRunChanges1764500000000 implements MigrationInterface {
  name = 'StampRunChanges1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A constant default is not written into the rows that there are: they are not rewritten.
      ALTER TABLE task_run ADD COLUMN changed_xid xid8 NOT NULL DEFAULT '0';
      ALTER TABLE task_run ALTER COLUMN changed_xid SET DEFAULT pg_current_xact_id();

      CREATE TABLE change_epoch (
        id uuid CONSTRAINT change_epoch_pkey PRIMARY KEY,
        began timestamptz(6) NOT NULL DEFAULT now()
      );
      INSERT INTO change_epoch (id) VALUES (gen_random_uuid());

      CREATE OR REPLACE FUNCTION stamp_task_run_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.changed_xid := pg_current_xact_id();
        RETURN NEW;
      END $$;
      -- Whatever a writer says: it may copy all columns of a row.
      CREATE TRIGGER task_run_insert_change BEFORE INSERT ON task_run
        FOR EACH ROW WHEN (NEW.changed_xid IS DISTINCT FROM pg_current_xact_id())
        EXECUTE FUNCTION stamp_task_run_change();
      ${updateTrigger(asRecords)}

      -- A run's transaction alone has written it where it is stamped with it already.
      CREATE OR REPLACE FUNCTION stamp_task_run_file_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'INSERT' THEN
          UPDATE task_run SET changed_xid = pg_current_xact_id()
          WHERE id IN (SELECT task_run_id FROM new_file) AND changed_xid <> pg_current_xact_id();
        ELSIF TG_OP = 'DELETE' THEN
          UPDATE task_run SET changed_xid = pg_current_xact_id()
          WHERE id IN (SELECT task_run_id FROM old_file) AND changed_xid <> pg_current_xact_id();
        ELSE
          UPDATE task_run SET changed_xid = pg_current_xact_id()
          WHERE id IN (
            SELECT task_run_id FROM (TABLE old_file EXCEPT TABLE new_file) AS before
            UNION ALL SELECT task_run_id FROM (TABLE new_file EXCEPT TABLE old_file) AS after
          ) AND changed_xid <> pg_current_xact_id();
        END IF;
        RETURN NULL;
      END $$;
      ${fileTriggers
        .map(
          ([name, event, tables]) => `CREATE TRIGGER task_run_file_${name}_change AFTER ${event} ON task_run_file
        REFERENCING ${tables} FOR EACH STATEMENT EXECUTE FUNCTION stamp_task_run_file_change();`,
        )
        .join('\n      ')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${fileTriggers.map(([name]) => `DROP TRIGGER task_run_file_${name}_change ON task_run_file;`).join(' ')}
      DROP TRIGGER task_run_insert_change ON task_run;
      DROP TRIGGER task_run_update_change ON task_run;
      DROP FUNCTION stamp_task_run_file_change(), stamp_task_run_change();
      DROP TABLE change_epoch;
      ALTER TABLE task_run DROP COLUMN changed_xid;
    `);
  }
}
