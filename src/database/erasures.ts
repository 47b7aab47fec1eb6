// Determines which runs belong to erased people. Code that imports runs must not write them again.

import type { EntityManager } from 'typeorm';
import { holdOffDeletions } from './file-deletions.js';

type Queries = Pick<EntityManager, 'query'>;

/** The columns that identify a run. */
export interface WrittenRun {
  readonly id: string;
  readonly taskId: string;
  readonly userId: string | null;
  /** An RFC 3339 timestamp; `null` if the run is to be deleted or has no valid timestamp. */
  readonly created: string | null;
}

/** SQL for the digest of a user id. @param userId SQL of type uuid */
export const userDigest = (userId: string) => `sha256(convert_to(${userId}::text, 'UTF8'))`;

/** $1 to $4: the ids, tasks, users and times of the runs. */
const findErased = `
  SELECT run.id
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) AS run (id, task_id, user_id, created)
  WHERE EXISTS (SELECT FROM erased_run WHERE erased_run.id = run.id)
    OR EXISTS (
      SELECT FROM erased_user
      WHERE digest = ${userDigest('run.user_id')} AND erased_at > run.created AND (
        scope_type = 'all'
        OR (scope_type = 'task' AND scope_id = run.task_id)
        OR EXISTS (
          SELECT FROM task JOIN project ON project.id = project_id
          WHERE task.id = run.task_id AND scope_id = CASE scope_type
            WHEN 'project' THEN project.id WHEN 'organization' THEN project.org_id
          END
        )
      )
    )`;

/** Returns the ids of the runs that have been erased. Prevents further erasures until the end of the transaction. */
export async function findErasedRuns(transaction: Queries, runs: readonly WrittenRun[]): Promise<ReadonlySet<string>> {
  await holdOffDeletions(transaction);
  return readErasedRuns(transaction, runs);
}

/** Returns the ids of the runs that have been erased so far. */
export async function readErasedRuns(queries: Queries, runs: readonly WrittenRun[]): Promise<ReadonlySet<string>> {
  const rows: readonly { readonly id: string }[] = await queries.query(findErased, [
    runs.map(({ id }) => id),
    runs.map(({ taskId }) => taskId),
    runs.map(({ userId }) => userId),
    runs.map(({ created }) => created),
  ]);
  return new Set(rows.map(({ id }) => id));
}
