import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createDeletionFunctions } from './baseline/deletion-triggers.js';

/** Functions that run with their owner's rights must not let another role decide which objects their names refer to. */
const asOwner = 'LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/**
 * For the feeds of organizations, the records of runs that moved to another project also state whether the runs stayed
 * in their organization. For moves before this migration, these feeds report deletions. Programs of the previous
 * release are not affected, because the triggers write the new column.
 */
export class MovesInOrganizations1766300000000 implements MigrationInterface {
  name = 'MovesInOrganizations1766300000000';

  async up(runner: QueryRunner): Promise<void> {
    const [{ schema }] = await runner.query('SELECT quote_ident(current_schema()) AS schema');
    await runner.query('ALTER TABLE task_run_deletion ADD COLUMN is_in_organization boolean NOT NULL DEFAULT false');
    await runner.query(functions(schema));
  }

  async down(runner: QueryRunner): Promise<void> {
    const [{ schema }] = await runner.query('SELECT quote_ident(current_schema()) AS schema');
    const { record_task_run_deletions, record_task_run_move } = createDeletionFunctions(schema);
    await runner.query(record_task_run_deletions + record_task_run_move);
    await runner.query('ALTER TABLE task_run_deletion DROP COLUMN is_in_organization');
  }
}

/** Returns the SQL of the two functions that write the column. @param schema the schema of the tables, as SQL */
function functions(schema: string): string {
  const table = (name: string) => `${schema}.${name}`;
  const isOfTransaction = 'changed_xid = pg_current_xact_id()';
  /** The project of a task, including a task that this transaction has deleted without its project. */
  const projectOf = (task: string) => `coalesce(
          (SELECT project_id FROM ${table('task')} WHERE id = ${task}),
          (SELECT project_id FROM ${table('deleted_task')} WHERE id = ${task} AND ${isOfTransaction})
        )`;
  const organizationOf = (task: string) => `(SELECT org_id FROM ${table('project')} WHERE id = ${projectOf(task)})`;
  return `
      CREATE OR REPLACE FUNCTION record_task_run_deletions() RETURNS trigger ${asOwner} AS $$
      DECLARE unreported uuid[] := '{}';
      BEGIN
        -- Nothing is reported for a project that goes with its runs.
        IF current_setting('task_run_gateway.deletes_project', true) = 'on' THEN
          unreported := ARRAY(
            SELECT former.task_id FROM (SELECT DISTINCT task_id FROM old_run) AS former
            WHERE ${projectOf('former.task_id')} IS NULL
          );
        END IF;
        INSERT INTO ${table('task_run_deletion')} (changed_xid, run_id, task_id, user_id)
        SELECT pg_current_xact_id(), id, task_id, user_id FROM old_run WHERE task_id <> ALL (unreported)
        ON CONFLICT (changed_xid, run_id) DO UPDATE SET is_move = false, is_in_organization = false;
        IF FOUND AND current_setting('task_run_gateway.records_deletions', true) IS DISTINCT FROM 'on' THEN
          PERFORM set_config('task_run_gateway.records_deletions', 'on', true);
        END IF;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE FUNCTION record_task_run_move() RETURNS trigger ${asOwner} AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          INSERT INTO ${table('task_run_deletion')} (changed_xid, run_id, task_id, user_id)
          VALUES (pg_current_xact_id(), OLD.id, OLD.task_id, OLD.user_id)
          ON CONFLICT (changed_xid, run_id) DO UPDATE SET is_move = false, is_in_organization = false;
          PERFORM set_config('task_run_gateway.records_deletions', 'on', true);
        END IF;
        -- Back in the task that it was in before the transaction, the run was updated.
        DELETE FROM ${table('task_run_deletion')}
        WHERE ${isOfTransaction} AND run_id = NEW.id AND task_id = NEW.task_id;
        IF NOT FOUND THEN
          UPDATE ${table('task_run_deletion')} AS deletion
          SET is_move = ${projectOf('deletion.task_id')} IS NOT DISTINCT FROM ${projectOf('NEW.task_id')},
            is_in_organization = ${organizationOf('deletion.task_id')} IS NOT DISTINCT FROM ${organizationOf('NEW.task_id')}
          WHERE ${isOfTransaction} AND run_id = NEW.id;
        END IF;
        RETURN NULL;
      END $$;`;
}
