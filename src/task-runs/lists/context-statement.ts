// The statement for a project's contexts: for each one, the number and totals of the runs that the caller sees, plus
// the first and last of them.

import { createSqlParameters } from '../../database/sql-parameters.js';
import { type BoundStatement, createStatementFactory, hideFromPlanner } from '../../database/statements.js';
import { limits } from '../../limits.js';
import { timestampSql } from '../columns/timestamp.js';
import { ownRuns } from '../visibility/own-runs.js';
import { noFilter } from '../visibility/run-filter.js';
import type { RunScope } from '../visibility/run-scope.js';
import { noTerms } from '../visibility/search-terms.js';
import { tasksByAccess } from '../visibility/visible-runs.js';

/** One result row per context, in the order requested. */
export interface RunContextRow {
  /** Number of runs that the caller sees, capped at one more than the limit. */
  readonly runs: number;
  readonly errors: number;
  readonly retries: string;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly totalTokens: string;
  readonly chargedCredits: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Ids of the first and last run and their tasks, or null if there are no runs. */
  readonly firstId: string | null;
  readonly firstTaskId: string | null;
  readonly lastId: string | null;
  readonly lastTaskId: string | null;
}

const toStatement = createStatementFactory('task_run_contexts');
const sum = (column: string) => `coalesce(sum(run.${column}), 0)::text`;
const orderedValues = (column: string) => `array_agg(run.${column} ORDER BY run.created, run.id)`;

export function bindContexts(scope: RunScope, contextIds: readonly string[]): BoundStatement {
  const { add, values } = createSqlParameters();
  const contexts = hideFromPlanner(add(contextIds, 'varchar[]'));
  const limit = hideFromPlanner(add(limits.contextRuns.value + 1, 'integer'));
  const tasks = tasksByAccess(scope, noFilter, { terms: noTerms, parameters: { add } }).map((taskGroup) => ({
    from: `unnest(${hideFromPlanner(add(taskGroup.taskIds, 'uuid[]'))}) AS task (id)`,
    ownRange: taskGroup.ownRange,
  }));
  // Scans the caller's own runs once for all contexts.
  const own = tasks.flatMap((taskGroup) =>
    taskGroup.ownRange === null
      ? []
      : `own_run AS MATERIALIZED (
  SELECT found.* FROM ${taskGroup.from}
  CROSS JOIN LATERAL (SELECT run.* FROM ${ownRuns(taskGroup.ownRange, `run.context_id = ANY (${contexts}::varchar[])`)}) AS found
)`,
  );
  // OFFSET 0 forces the context index, task by task, regardless of the planner's estimates.
  const ranges = tasks.map((taskGroup) =>
    taskGroup.ownRange === null
      ? `
    SELECT run.* FROM ${taskGroup.from}
    CROSS JOIN LATERAL (
      SELECT * FROM task_run AS run WHERE run.task_id = task.id AND run.context_id = wanted.context_id OFFSET 0
    ) AS run`
      : `
    SELECT * FROM own_run WHERE own_run.context_id = wanted.context_id`,
  );
  const text = `${own.map((table) => `\nWITH ${table}`).join('')}
SELECT totals.runs, totals.errors, totals.retries, totals."inputTokens", totals."outputTokens", totals."totalTokens",
  totals."chargedCredits", totals."from", totals."to",
  totals.ids[1] AS "firstId", totals.task_ids[1] AS "firstTaskId",
  totals.ids[totals.runs] AS "lastId", totals.task_ids[totals.runs] AS "lastTaskId"
FROM unnest(${contexts}) WITH ORDINALITY AS wanted (context_id, position)
CROSS JOIN LATERAL (
  SELECT count(*)::integer AS runs, count(*) FILTER (WHERE run.is_error)::integer AS errors,
    ${sum('llm_retries')} AS retries, ${sum('input_tokens')} AS "inputTokens", ${sum('output_tokens')} AS "outputTokens",
    ${sum('total_tokens')} AS "totalTokens",
    ${sum('charged_credits')} AS "chargedCredits",
    ${timestampSql('min(run.created)')} AS "from", ${timestampSql('max(run.created)')} AS "to",
    ${orderedValues('id')} AS ids, ${orderedValues('task_id')} AS task_ids
  FROM (SELECT * FROM (${ranges.join('\n    UNION ALL')}) AS run LIMIT ${limit}) AS run
) AS totals
ORDER BY wanted.position`;
  return { statement: toStatement(text), values };
}
