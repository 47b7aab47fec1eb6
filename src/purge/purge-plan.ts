// The runs that a purge deletes: for each task, those before a bound in the order of its list.

import type { DataSource } from 'typeorm';
import type { Resource } from '../database/access-grants.js';
import { nilUuid } from '../database/nil-uuid.js';
import { resourceColumns } from '../database/resources.js';
import { nearestPolicy } from '../database/retention.js';

/** `all` means every organization. */
export type PurgeScope = Resource | 'all';

export type PurgeRule =
  /** Runs created before a moment, except the newest `keep` of each task. `before` is an RFC 3339 timestamp. */
  | { readonly kind: 'age'; readonly before: string; readonly keep: number }
  /** Runs whose retention period in the `retention` table is over. */
  | { readonly kind: 'policy' }
  | { readonly kind: 'context'; readonly contextId: string }
  | UserRule
  | { readonly kind: 'runs'; readonly ids: readonly string[] };

/** Runs that a user executed, and everything else that identifies the user. */
export interface UserRule {
  readonly kind: 'user';
  /** The user id in runs, in lower case. */
  readonly userId: string;
  /** Whether to delete the user's grants as well. */
  readonly includesGrants: boolean;
}

/** A bound for a task's runs to delete. The rule may select only some of those before it. */
export interface TaskBound {
  readonly taskId: string;
  readonly taskName: string;
  readonly projectName: string;
  /** A timestamp in PostgreSQL's form, with microseconds. */
  readonly created: string;
  readonly id: string;
}

/** The runs of a task that a purge is about to delete. */
export interface TaskPurge extends TaskBound {
  readonly runs: number;
  /** The number of file rows. */
  readonly files: number;
  /** Bytes of the files that no other run has. If several tasks share a file, it counts for the first of them. */
  readonly bytes: number;
  /** To the second, in UTC. */
  readonly oldest: string;
  readonly newest: string;
}

export interface PurgePlan {
  readonly tasks: readonly TaskPurge[];
  readonly rule: PurgeRule;
}

/** Returns SQL over `task` and `project`. $1: the id of the scope, or null. */
export function isInScope(scope: PurgeScope): string {
  return scope === 'all' ? '$1::uuid IS NULL' : `${resourceColumns[scope.type]} = $1::uuid`;
}

/** Returns SQL over a row with a task, which may no longer exist. $1: the id of the scope, or null. */
export function deletionIsInScope(scope: PurgeScope, taskColumn = 'task_id'): string {
  if (scope === 'all') return isInScope(scope);
  return `${taskColumn} IN (
    SELECT task.id
    FROM (SELECT id, project_id FROM task UNION ALL SELECT id, project_id FROM deleted_task) AS task
    JOIN project ON project.id = project_id WHERE ${isInScope(scope)}
  )`;
}

/** SQL for a task's `before` and `keep`. $2: a moment; $3 (only for `age`): the number of runs to keep. */
const ruleOfTask = {
  age: 'SELECT $2::timestamptz AS before, $3::integer AS keep',
  // A larger number of days would result in a time before the earliest that PostgreSQL supports.
  policy: nearestPolicy("$2::timestamptz - least(days, 700000) * interval '24 hours' AS before, keep"),
};

/** Returns SQL that selects runs before the bound. `parameter` is the number of `parameterOf(rule)`. */
function conditionOf({ kind }: PurgeRule, parameter: number): string {
  if (kind === 'context') return `AND task_run.context_id = $${parameter}`;
  if (kind === 'user') return `AND task_run.user_id = $${parameter}`;
  return kind === 'runs' ? `AND task_run.id = ANY ($${parameter}::uuid[])` : '';
}

function parameterOf(rule: PurgeRule): readonly unknown[] {
  if (rule.kind === 'context') return [rule.contextId];
  if (rule.kind === 'user') return [rule.userId];
  return rule.kind === 'runs' ? [rule.ids] : [];
}

const inUtc = (moment: string) => `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')`;

/**
 * Plans a purge, and counts what it deletes.
 * @param scope of the tasks; with `runs`, that of the runs themselves
 * @param now an RFC 3339 timestamp, from which policies count
 */
export async function planPurge(
  dataSource: DataSource,
  scope: PurgeScope,
  rule: PurgeRule,
  now: string,
): Promise<PurgePlan> {
  const bounds = await findBounds(dataSource, scope, rule, now);
  const counted: readonly Omit<TaskPurge, 'taskName' | 'projectName' | 'created' | 'id'>[] = await dataSource.query(
    `WITH bound AS MATERIALIZED (
       SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS bound (task_id, created, id)
     ), run_count AS (
       SELECT bound.task_id, runs, oldest, newest FROM bound CROSS JOIN LATERAL (
         SELECT count(*) AS runs, ${inUtc('min(created)')} AS oldest, ${inUtc('max(created)')} AS newest FROM task_run
         WHERE task_run.task_id = bound.task_id AND (task_run.created, task_run.id) < (bound.created, bound.id) ${conditionOf(rule, 4)}
       ) AS counted WHERE runs > 0
     ), gone_file AS MATERIALIZED (
       SELECT storage_key, size_bytes, task_run.task_id FROM bound
       JOIN task_run ON task_run.task_id = bound.task_id AND (task_run.created, task_run.id) < (bound.created, bound.id) ${conditionOf(rule, 4)}
       JOIN task_run_file ON task_run_id = task_run.id
     ), file_count AS (SELECT task_id, count(*) AS files FROM gone_file GROUP BY task_id
     ), freed AS (
       SELECT task_id, sum(bytes) AS bytes FROM (
         SELECT min(task_id::text)::uuid AS task_id, max(size_bytes) AS bytes FROM gone_file GROUP BY storage_key
         HAVING count(*) = (SELECT count(*) FROM task_run_file WHERE task_run_file.storage_key = gone_file.storage_key)
       ) AS key GROUP BY task_id
     )
     SELECT task_id AS "taskId", runs::float8, coalesce(files, 0)::float8 AS files, coalesce(bytes, 0)::float8 AS bytes,
       oldest, newest
     FROM run_count LEFT JOIN file_count USING (task_id) LEFT JOIN freed USING (task_id)`,
    [
      bounds.map(({ taskId }) => taskId),
      bounds.map(({ created }) => created),
      bounds.map(({ id }) => id),
      ...parameterOf(rule),
    ],
  );
  const countsOf = new Map(counted.map((counts) => [counts.taskId, counts]));
  const tasks = bounds.flatMap((bound) => {
    const counts = countsOf.get(bound.taskId);
    return counts === undefined ? [] : [{ ...bound, ...counts }];
  });
  return { tasks, rule };
}

/** Returns the number of tasks with a run whose retention period ended before a moment, an RFC 3339 timestamp. */
export async function countOverdueTasks(dataSource: DataSource, moment: string): Promise<number> {
  const bounds = await findBounds(dataSource, 'all', { kind: 'policy' }, moment);
  const [{ count }] = await dataSource.query(
    `SELECT count(*)::integer AS count FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS bound (task_id, created, id)
     WHERE EXISTS (
       SELECT FROM task_run
       WHERE task_run.task_id = bound.task_id AND (task_run.created, task_run.id) < (bound.created, bound.id)
     )`,
    [bounds.map(({ taskId }) => taskId), bounds.map(({ created }) => created), bounds.map(({ id }) => id)],
  );
  return count;
}

/** Returns the bound of each task in the scope that has one. */
async function findBounds(
  dataSource: DataSource,
  scope: PurgeScope,
  rule: PurgeRule,
  now: string,
): Promise<readonly TaskBound[]> {
  const columns = 'task.id AS "taskId", task.name AS "taskName", project.name AS "projectName"';
  const order = 'ORDER BY project.name, task.name, task.id';
  const wholeTasks = (condition: string) =>
    `SELECT ${columns}, 'infinity' AS created, '${nilUuid}' AS id FROM task JOIN project ON project.id = project_id
     WHERE ${condition} ${order}`;
  if (rule.kind === 'runs') {
    const hasRuns = 'task.id IN (SELECT task_id FROM task_run WHERE task_run.id = ANY ($1::uuid[]))';
    return dataSource.query(wholeTasks(hasRuns), [rule.ids]);
  }
  // Every statement has $1, even if the scope has no id and does not need it.
  const condition = isInScope(scope);
  const scopeId = scope === 'all' ? null : scope.id;
  if (rule.kind === 'context' || rule.kind === 'user') return dataSource.query(wholeTasks(condition), [scopeId]);
  return dataSource.query(
    `SELECT ${columns}, least(kept.created, rule.before)::text AS created,
       CASE WHEN kept.created < rule.before THEN kept.id ELSE '${nilUuid}' END AS id
     FROM task JOIN project ON project.id = project_id
     CROSS JOIN LATERAL (${ruleOfTask[rule.kind]}) AS rule
     LEFT JOIN LATERAL (
       SELECT created, id FROM task_run WHERE task_id = task.id AND rule.keep > 0
       ORDER BY created DESC, id DESC OFFSET greatest(rule.keep - 1, 0) LIMIT 1
     ) AS kept ON true
     WHERE ${condition} AND (rule.keep = 0 OR kept.id IS NOT NULL) ${order}`,
    [scopeId, ...(rule.kind === 'age' ? [rule.before, rule.keep] : [now])],
  );
}

/** Returns SQL and its values for the ids of the next runs to delete, oldest first. */
export function nextRuns({ rule }: PurgePlan, { taskId, created, id }: TaskBound, limit: number) {
  return {
    text: `SELECT id FROM task_run
      WHERE task_id = $1 AND (created, id) < ($2::timestamptz, $3::uuid) ${conditionOf(rule, 5)}
      ORDER BY created, id LIMIT $4 FOR UPDATE`,
    values: [taskId, created, id, limit, ...parameterOf(rule)],
  };
}
