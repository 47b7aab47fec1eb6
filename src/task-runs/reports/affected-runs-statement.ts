// The statement that counts what the statistics do not: runs with retries, and runs above the thresholds of their task,
// by task, revision and period. It also finds the tasks that have runs only in the previous period.

import { createSqlParameters } from '../../database/sql-parameters.js';
import type { BoundStatement } from '../../database/statements.js';
import type { RunFilter } from '../visibility/run-filter.js';
import type { RunScope } from '../visibility/run-scope.js';
import { noTerms } from '../visibility/search-terms.js';
import { visibleRuns } from '../visibility/visible-runs.js';
import type { Thresholds } from './figures.js';

export interface AffectedRunsKey {
  readonly scope: RunScope;
  /** Matches the runs of both periods. */
  readonly filter: RunFilter;
  /** The end of the previous period, as a timestamp. */
  readonly since: string;
  readonly thresholds: ReadonlyMap<string, Thresholds>;
  /** Maximum number of rows. Those with most runs come first. */
  readonly maxRows: number;
}

export interface AffectedRuns {
  readonly taskId: string;
  readonly revisionId: string;
  readonly isPrevious: boolean;
  readonly runs: number;
  readonly retried: number;
  readonly slow: number;
  readonly costly: number;
}

/** Binds a statement that is planned for its values, like those of statistics. */
export function bindAffectedRuns({ scope, filter, since, thresholds, maxRows }: AffectedRunsKey): BoundStatement {
  const parameters = createSqlParameters();
  const { add } = parameters;
  const runs = visibleRuns(scope, filter, { terms: noTerms, parameters });
  const limits = [...thresholds.values()];
  const arrays = [
    add([...thresholds.keys()], 'uuid[]'),
    add(
      limits.map(({ slow = null }) => slow),
      'double precision[]',
    ),
    add(
      limits.map(({ costly = null }) => costly),
      'numeric[]',
    ),
  ];
  const text = `
SELECT run.task_id AS "taskId", run.task_revision_id AS "revisionId",
  run.created < ${add(since, 'timestamptz')} AS "isPrevious",
  count(*)::integer AS runs,
  count(*) FILTER (WHERE run.llm_retries >= 1)::integer AS retried,
  count(*) FILTER (WHERE run.llm_call_timing >= threshold.slow)::integer AS slow,
  count(*) FILTER (WHERE run.charged_credits >= threshold.costly)::integer AS costly
FROM ${runs}
LEFT JOIN unnest(${arrays.join(', ')}) AS threshold (task_id, slow, costly) ON threshold.task_id = run.task_id
GROUP BY 1, 2, 3
ORDER BY 4 DESC, 1, 2, 3
LIMIT ${add(maxRows, 'integer')}`;
  return { statement: { name: 'affected_runs', text, planName: null }, values: parameters.values };
}
