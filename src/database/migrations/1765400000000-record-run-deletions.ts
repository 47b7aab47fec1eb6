import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The transaction-local setting by which inserts know that their transaction has recorded deletions. */
const setting = 'task_run_gateway.records_deletions';

/** The transaction-local setting of transactions that delete a project. */
const projectSetting = 'task_run_gateway.deletes_project';

/** Tables on which TRUNCATE leaves no row to record. */
const truncatedTables = ['task_run', 'task_run_file'];

/** With each trigger function, what a role other than its owner must not be able to change: what its names mean. */
const asOwner = 'LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

export class RecordRunDeletions1765400000000 implements MigrationInterface {
  name = 'RecordRunDeletions1765400000000';

  async up(runner: QueryRunner): Promise<void> {
    const [{ schema }] = await runner.query('SELECT quote_ident(current_schema()) AS schema');
    const functions = createFunctions(schema);
    await runner.query(`
      -- At most one deletion of a run in a transaction: from the task that the run was in before the transaction.
      CREATE TABLE task_run_deletion (
        changed_xid xid8 NOT NULL,
        run_id uuid NOT NULL,
        task_id uuid NOT NULL,
        user_id uuid,
        is_move boolean NOT NULL DEFAULT false,
        deleted_at timestamptz(6) NOT NULL DEFAULT now(),
        CONSTRAINT task_run_deletion_pkey PRIMARY KEY (changed_xid, run_id)
      );
      CREATE INDEX task_run_deletion_task_idx ON task_run_deletion (task_id, is_move, changed_xid, run_id);
      CREATE INDEX task_run_deletion_own_idx ON task_run_deletion (task_id, is_move, user_id, changed_xid, run_id)
        WHERE user_id IS NOT NULL;

      CREATE TABLE deleted_task (
        id uuid CONSTRAINT deleted_task_pkey PRIMARY KEY,
        project_id uuid NOT NULL,
        run_visibility varchar(32) NOT NULL,
        changed_xid xid8 NOT NULL
      );
      CREATE INDEX deleted_task_project_idx ON deleted_task (project_id, changed_xid);

      ${Object.values(functions).join('\n')}

      CREATE TRIGGER task_run_delete_change AFTER DELETE ON task_run
        REFERENCING OLD TABLE AS old_run FOR EACH STATEMENT EXECUTE FUNCTION record_task_run_deletions();
      -- Triggers with columns have no transition tables.
      CREATE TRIGGER task_run_move_change AFTER UPDATE OF id, task_id ON task_run
        FOR EACH ROW WHEN (OLD.id <> NEW.id OR OLD.task_id <> NEW.task_id) EXECUTE FUNCTION record_task_run_move();
      -- A transition table would copy each run that is inserted. This costs others a look at the setting.
      CREATE TRIGGER task_run_insert_again_change AFTER INSERT ON task_run
        FOR EACH ROW WHEN (current_setting('${setting}', true) = 'on') EXECUTE FUNCTION record_task_run_move();
      CREATE TRIGGER task_delete_change BEFORE DELETE ON task FOR EACH ROW EXECUTE FUNCTION record_task_deletion();
      CREATE TRIGGER project_delete_change AFTER DELETE ON project
        FOR EACH ROW EXECUTE FUNCTION forget_project_deletions();
      ${truncatedTables
        .map(
          (table) => `CREATE TRIGGER ${table}_truncate_change AFTER TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION begin_change_epoch();`,
        )
        .join('\n      ')}
      REVOKE EXECUTE ON FUNCTION ${functionList(functions)} FROM PUBLIC;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ${truncatedTables.map((table) => `DROP TRIGGER ${table}_truncate_change ON ${table};`).join(' ')}
      DROP TRIGGER project_delete_change ON project;
      DROP TRIGGER task_delete_change ON task;
      DROP TRIGGER task_run_insert_again_change ON task_run;
      DROP TRIGGER task_run_move_change ON task_run;
      DROP TRIGGER task_run_delete_change ON task_run;
      DROP FUNCTION ${functionList(createFunctions(''))};
      DROP TABLE task_run_deletion, deleted_task;
    `);
  }
}

function functionList(functions: ReturnType<typeof createFunctions>): string {
  return Object.keys(functions)
    .map((name) => `${name}()`)
    .join(', ');
}

/** SQL by name. They run with the rights of their owner, so that writers need none on what is recorded. */
function createFunctions(schema: string) {
  const table = (name: string) => `${schema}.${name}`;
  const isOfTransaction = 'changed_xid = pg_current_xact_id()';
  /** The project of a task, also of one that this transaction has deleted without its project. */
  const projectOf = (task: string) => `coalesce(
          (SELECT project_id FROM ${table('task')} WHERE id = ${task}),
          (SELECT project_id FROM ${table('deleted_task')} WHERE id = ${task} AND ${isOfTransaction})
        )`;
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
        ON CONFLICT (changed_xid, run_id) DO UPDATE SET is_move = false;
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
          ON CONFLICT (changed_xid, run_id) DO UPDATE SET is_move = false;
          PERFORM set_config('${setting}', 'on', true);
        END IF;
        -- Back in the task that it was in before the transaction, the run was updated.
        DELETE FROM ${table('task_run_deletion')}
        WHERE ${isOfTransaction} AND run_id = NEW.id AND task_id = NEW.task_id;
        IF NOT FOUND THEN
          UPDATE ${table('task_run_deletion')} AS deletion
          SET is_move = ${projectOf('deletion.task_id')} IS NOT DISTINCT FROM ${projectOf('NEW.task_id')}
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
