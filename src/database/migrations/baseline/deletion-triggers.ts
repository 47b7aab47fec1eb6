// Triggers that record runs that leave a task, for the change feeds. They also record cascades and TRUNCATE, which a
// program that deletes runs could not do.

/** The transaction-local setting that lets inserts detect that their transaction has recorded deletions. */
const setting = 'task_run_gateway.records_deletions';

/** The transaction-local setting for transactions that delete a project. */
const projectSetting = 'task_run_gateway.deletes_project';

/**
 * Functions that run with their owner's rights must not let another role decide which objects their names refer to.
 */
const asOwner = 'LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/**
 * Returns SQL.
 * @param schema the schema of the tables, as SQL; these functions do not use their callers' search_path
 */
export function createDeletionTriggers(schema: string): string {
  const functions = createDeletionFunctions(schema);
  const names = Object.keys(functions).map((name) => `${name}()`);
  return `
      ${Object.values(functions).join('\n')}

      CREATE TRIGGER task_run_delete_change AFTER DELETE ON task_run
        REFERENCING OLD TABLE AS old_run FOR EACH STATEMENT EXECUTE FUNCTION record_task_run_deletions();
      -- For each row, because triggers of columns have no transition tables.
      CREATE TRIGGER task_run_move_change AFTER UPDATE OF id, task_id ON task_run
        FOR EACH ROW WHEN (OLD.id <> NEW.id OR OLD.task_id <> NEW.task_id) EXECUTE FUNCTION record_task_run_move();
      -- A run may come back in the transaction that deleted it. A transition table would copy each inserted run. This costs
      -- other inserts a look at the setting.
      CREATE TRIGGER task_run_insert_again_change AFTER INSERT ON task_run
        FOR EACH ROW WHEN (current_setting('${setting}', true) = 'on') EXECUTE FUNCTION record_task_run_move();
      CREATE TRIGGER task_delete_change BEFORE DELETE ON task FOR EACH ROW EXECUTE FUNCTION record_task_deletion();
      CREATE TRIGGER project_delete_change AFTER DELETE ON project
        FOR EACH ROW EXECUTE FUNCTION forget_project_deletions();
      -- TRUNCATE leaves no row to record, so all cursors expire.
      CREATE TRIGGER task_run_truncate_change AFTER TRUNCATE ON task_run
        FOR EACH STATEMENT EXECUTE FUNCTION begin_change_epoch();
      CREATE TRIGGER task_run_file_truncate_change AFTER TRUNCATE ON task_run_file
        FOR EACH STATEMENT EXECUTE FUNCTION begin_change_epoch();

      REVOKE EXECUTE ON FUNCTION ${names.join(', ')} FROM PUBLIC;
`;
}

/**
 * Returns SQL by name. The functions run with their owner's rights, so writers need no rights on the records.
 * @param statesOrganization whether records of moves state that the run stayed in its organization; a later migration
 * adds their column
 */
export function createDeletionFunctions(schema: string, statesOrganization = false) {
  const table = (name: string) => `${schema}.${name}`;
  const isOfTransaction = 'changed_xid = pg_current_xact_id()';
  /** The project of a task, including a task that this transaction has deleted without its project. */
  const projectOf = (task: string) => `coalesce(
          (SELECT project_id FROM ${table('task')} WHERE id = ${task}),
          (SELECT project_id FROM ${table('deleted_task')} WHERE id = ${task} AND ${isOfTransaction})
        )`;
  const organizationOf = (task: string) => `(SELECT org_id FROM ${table('project')} WHERE id = ${projectOf(task)})`;
  const isSame = (of: (task: string) => string) =>
    `${of('deletion.task_id')} IS NOT DISTINCT FROM ${of('NEW.task_id')}`;
  const unsetMove = `is_move = false${statesOrganization ? ', is_in_organization = false' : ''}`;
  const setMove = `is_move = ${isSame(projectOf)}${
    statesOrganization
      ? `,
            is_in_organization = ${isSame(organizationOf)}`
      : ''
  }`;
  return {
    record_task_run_deletions: `
      CREATE OR REPLACE FUNCTION record_task_run_deletions() RETURNS trigger ${asOwner} AS $$
      DECLARE unreported uuid[] := '{}';
      BEGIN
        -- Nothing is reported for a project that goes with its runs.
        IF current_setting('${projectSetting}', true) = 'on' THEN
          unreported := ARRAY(
            SELECT former.task_id FROM (SELECT DISTINCT task_id FROM old_run) AS former
            WHERE ${projectOf('former.task_id')} IS NULL
          );
        END IF;
        INSERT INTO ${table('task_run_deletion')} (changed_xid, run_id, task_id, user_id)
        SELECT pg_current_xact_id(), id, task_id, user_id FROM old_run WHERE task_id <> ALL (unreported)
        ON CONFLICT (changed_xid, run_id) DO UPDATE SET ${unsetMove};
        IF FOUND AND current_setting('${setting}', true) IS DISTINCT FROM 'on' THEN
          PERFORM set_config('${setting}', 'on', true);
        END IF;
        RETURN NULL;
      END $$;`,
    record_task_run_move: `
      CREATE OR REPLACE FUNCTION record_task_run_move() RETURNS trigger ${asOwner} AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          INSERT INTO ${table('task_run_deletion')} (changed_xid, run_id, task_id, user_id)
          VALUES (pg_current_xact_id(), OLD.id, OLD.task_id, OLD.user_id)
          ON CONFLICT (changed_xid, run_id) DO UPDATE SET ${unsetMove};
          PERFORM set_config('${setting}', 'on', true);
        END IF;
        -- Back in the task that it was in before the transaction, the run was updated.
        DELETE FROM ${table('task_run_deletion')}
        WHERE ${isOfTransaction} AND run_id = NEW.id AND task_id = NEW.task_id;
        IF NOT FOUND THEN
          UPDATE ${table('task_run_deletion')} AS deletion
          SET ${setMove}
          WHERE ${isOfTransaction} AND run_id = NEW.id;
        END IF;
        RETURN NULL;
      END $$;`,
    record_task_deletion: `
      CREATE OR REPLACE FUNCTION record_task_deletion() RETURNS trigger ${asOwner} AS $$
      BEGIN
        IF EXISTS (SELECT FROM ${table('project')} WHERE id = OLD.project_id) THEN
          INSERT INTO ${table('deleted_task')} (id, project_id, run_visibility, changed_xid)
          VALUES (OLD.id, OLD.project_id, OLD.run_visibility, pg_current_xact_id())
          ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, run_visibility = excluded.run_visibility,
            changed_xid = excluded.changed_xid;
        ELSE
          DELETE FROM ${table('task_run_deletion')} WHERE task_id = OLD.id;
          PERFORM set_config('${projectSetting}', 'on', true);
        END IF;
        RETURN OLD;
      END $$;`,
    forget_project_deletions: `
      CREATE OR REPLACE FUNCTION forget_project_deletions() RETURNS trigger ${asOwner} AS $$
      BEGIN
        DELETE FROM ${table('task_run_deletion')}
        WHERE task_id IN (SELECT id FROM ${table('deleted_task')} WHERE project_id = OLD.id);
        DELETE FROM ${table('deleted_task')} WHERE project_id = OLD.id;
        RETURN NULL;
      END $$;`,
    begin_change_epoch: `
      CREATE OR REPLACE FUNCTION begin_change_epoch() RETURNS trigger ${asOwner} AS $$
      BEGIN
        UPDATE ${table('change_epoch')} SET id = gen_random_uuid(), began = now();
        TRUNCATE ${table('task_run_deletion')}, ${table('deleted_task')};
        RETURN NULL;
      END $$;`,
  };
}
