// Triggers for writes: sizes and changes of runs, and rules across tables. The triggers for deletions are in a separate
// file.

/** The columns of a run that the APIs return. */
const columns = [
  ...['id', 'task_id', 'task_revision_id', 'response', 'run_data', 'created', 'input_tokens', 'output_tokens'],
  ...['total_tokens', 'input_processor_timing', 'llm_call_timing', 'charged_credits', 'is_error', 'llm_retries'],
  ...['used_fallback_model', 'primary_failure_reason', 'fallback_llm_model_id', 'user_id', 'reporting_group_id'],
  ...['reference', 'context_id'],
];
const rowOf = (alias: string) => `ROW(${columns.map((column) => `${alias}.${column}`).join(', ')})`;

export const triggers = `
      -- Reads are bounded by these bytes before they read the JSON.
      CREATE OR REPLACE FUNCTION count_task_run_json_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.response_bytes := octet_length(NEW.response::text);
        NEW.run_data_bytes := octet_length(NEW.run_data::text);
        RETURN NEW;
      END $$;
      CREATE TRIGGER task_run_json_bytes BEFORE INSERT OR UPDATE OF response, run_data ON task_run
        FOR EACH ROW EXECUTE FUNCTION count_task_run_json_bytes();

      -- A foreign key would need the project in each run.
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

      -- The primary key contains is_analyst. A generated column would have rewritten the table when it was added.
      CREATE OR REPLACE FUNCTION access_grant_set_is_analyst() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.is_analyst := NEW.role = 'analyst';
        RETURN NEW;
      END $$;
      CREATE TRIGGER access_grant_set_is_analyst BEFORE INSERT OR UPDATE ON access_grant
        FOR EACH ROW EXECUTE FUNCTION access_grant_set_is_analyst();

      CREATE OR REPLACE FUNCTION stamp_task_run_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.changed_xid := pg_current_xact_id();
        RETURN NEW;
      END $$;
      -- The default alone would not do: a writer may copy all columns of a row.
      CREATE TRIGGER task_run_insert_change BEFORE INSERT ON task_run
        FOR EACH ROW WHEN (NEW.changed_xid IS DISTINCT FROM pg_current_xact_id())
        EXECUTE FUNCTION stamp_task_run_change();
      -- Compared byte by byte, because 1.0 and 1.00 are equal, and shown differently. By a function, because PostgreSQL omits
      -- the casts of records where it writes down the condition of a trigger: a restored dump would lack the trigger.
      CREATE TRIGGER task_run_update_change BEFORE UPDATE OF ${columns.join(', ')} ON task_run
        FOR EACH ROW WHEN (record_image_ne(${rowOf('OLD')}, ${rowOf('NEW')})) EXECUTE FUNCTION stamp_task_run_change();

      -- A change of files is a change of their runs. A run that has the transaction's id already is left alone: no other
      -- transaction can have written it since.
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
      CREATE TRIGGER task_run_file_insert_change AFTER INSERT ON task_run_file
        REFERENCING NEW TABLE AS new_file FOR EACH STATEMENT EXECUTE FUNCTION stamp_task_run_file_change();
      CREATE TRIGGER task_run_file_update_change AFTER UPDATE ON task_run_file
        REFERENCING OLD TABLE AS old_file NEW TABLE AS new_file FOR EACH STATEMENT EXECUTE FUNCTION stamp_task_run_file_change();
      CREATE TRIGGER task_run_file_delete_change AFTER DELETE ON task_run_file
        REFERENCING OLD TABLE AS old_file FOR EACH STATEMENT EXECUTE FUNCTION stamp_task_run_file_change();
`;
