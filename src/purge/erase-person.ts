// Erases other rows that identify a person: deletions of runs that the person executed, the person's names and grants.

import type { DataSource, EntityManager } from 'typeorm';
import { userDigest } from '../database/erasures.js';
import { holdOffImports } from '../database/file-deletions.js';
import { deletionIsInScope, isInScope, type PurgeScope, type UserRule } from './purge-plan.js';

/** Numbers of rows that identify the person. */
export interface Traces {
  readonly deletions: number;
  readonly names: number;
  /** The number of grants to delete. */
  readonly grants: number;
}

/**
 * Prevents imports from writing the user's runs that were created before now. Called before the runs are deleted, so
 * that no import writes one in the meantime.
 */
export async function recordErasure(dataSource: DataSource, scope: PurgeScope, { userId }: UserRule): Promise<void> {
  const [type, id] = scope === 'all' ? [scope, null] : [scope.type, scope.id];
  await dataSource.transaction(async (transaction) => {
    await holdOffImports(transaction);
    await transaction.query(
      `INSERT INTO erased_user (scope_type, scope_id, digest, erased_at)
       VALUES ($1, $2, ${userDigest('$3::uuid')}, clock_timestamp())`,
      [type, id, userId],
    );
  });
}

/**
 * Prevents imports from writing deleted runs again, and removes the user from the deletions that this transaction
 * recorded.
 */
export async function eraseDeletedRuns(
  transaction: Pick<EntityManager, 'query'>,
  runIds: readonly string[],
): Promise<void> {
  await transaction.query('INSERT INTO erased_run SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING', [runIds]);
  await transaction.query(
    `UPDATE task_run_deletion SET user_id = NULL
     WHERE changed_xid = pg_current_xact_id() AND run_id = ANY ($1::uuid[])`,
    [runIds],
  );
}

export async function countTraces(dataSource: DataSource, scope: PurgeScope, user: UserRule): Promise<Traces> {
  const { deletions, names, grants, values } = conditionsOf(scope, user);
  const count = (table: string, condition: string) => `(SELECT count(*) FROM ${table} WHERE ${condition})::float8`;
  const [counts] = await dataSource.query(
    `SELECT ${count('task_run_deletion', deletions)} AS deletions, ${count('resource_name', names)} AS names,
       ${user.includesGrants ? count('access_grant', grants) : 0} AS grants`,
    values,
  );
  return counts;
}

/** Erases the other rows that identify the person. */
export async function eraseTraces(dataSource: DataSource, scope: PurgeScope, user: UserRule): Promise<void> {
  const { deletions, names, grants, values } = conditionsOf(scope, user);
  await dataSource.transaction(async (transaction) => {
    // A run that was moved in the meantime still exists.
    await transaction.query(
      `WITH deletion AS (UPDATE task_run_deletion SET user_id = NULL WHERE ${deletions} RETURNING run_id)
       INSERT INTO erased_run SELECT DISTINCT run_id FROM deletion
       WHERE NOT EXISTS (SELECT FROM task_run WHERE task_run.id = run_id) ON CONFLICT DO NOTHING`,
      values,
    );
    await transaction.query(`DELETE FROM resource_name WHERE ${names}`, values);
    if (user.includesGrants) await transaction.query(`DELETE FROM access_grant WHERE ${grants}`, values);
  });
}

/** SQL for the rows of each table. $1: the id of the scope, which `all` does not need; $2: the user. */
function conditionsOf(scope: PurgeScope, { userId }: UserRule) {
  const isEverywhere = '$1::uuid IS NULL';
  return {
    deletions: `user_id = $2::uuid AND ${deletionIsInScope(scope)}`,
    // Names belong to organizations, and are kept if the person may have runs in other tasks.
    names: `kind = 'user' AND id = $2::uuid AND (${isEverywhere} OR org_id = $1)`,
    grants: `subject_type = 'user' AND subject_id = $2::text AND ${
      scope === 'all'
        ? isEverywhere
        : `(resource_type, resource_id) IN (
            SELECT '${scope.type}', $1::uuid
            UNION ALL SELECT 'project', project.id FROM project WHERE project.org_id = $1 AND '${scope.type}' = 'organization'
            UNION ALL SELECT 'task', task.id FROM task JOIN project ON project.id = project_id WHERE ${isInScope(scope)}
          )`
    }`,
    values: [scope === 'all' ? null : scope.id, userId],
  };
}
