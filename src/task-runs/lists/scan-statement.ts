// The statement for a step of a scan: the next runs that the list's index finds are tested one by one. A limited number
// is read from each task, and the step ends where the first of these tasks has further runs, or once enough are tested.
// Only runs that the caller may see are read and counted.

import { createSqlParameters } from '../../database/sql-parameters.js';
import { type BoundStatement, hideFromPlanner } from '../../database/statements.js';
import { joinRunOf } from '../record/page-layout.js';
import { ownRunsInOrder, type RangeBound } from '../scope/own-runs.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { RunScope } from '../scope/run-scope.js';
import type { SearchTerms } from '../scope/search-terms.js';
import { conditionsOf, type TasksByAccess, tasksByAccess } from '../scope/visible-runs.js';
import { limitsPerTask } from './bounded-range.js';
import { createPageQuery, withinBounds } from './page-query.js';
import { type PageRequest, readsAscending } from './page-request.js';

export interface ScanStep {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  /** The index terms for the runs of whole tasks; none: their runs are tested one by one. */
  readonly terms: SearchTerms;
  /** The order of the scan, and its bounds. */
  readonly page: PageRequest;
  /** The most runs to test. */
  readonly maxTested: number;
  /** The most matching runs to find. */
  readonly maxFound: number;
  /** Whether the ids of the matching runs are returned. */
  readonly returnsRuns: boolean;
}

export interface ScanRow {
  readonly found: number;
  /** In the order of reading; null: no run matches. */
  readonly ids: readonly string[] | null;
  /** Where index entries of a task end the step: `maxTested`, because reading them takes as long as testing so many runs. */
  readonly tested: number;
  /** The last run that was tested; null: the list ends here. */
  readonly endCreated: string | null;
  readonly endId: string | null;
}

export function bindScanStep({
  scope,
  filter,
  terms,
  page,
  maxTested,
  maxFound,
  returnsRuns,
}: ScanStep): BoundStatement {
  const parameters = createSqlParameters();
  const { add, values } = parameters;
  const positions = { after: page.after, before: page.before };
  const limit = hideFromPlanner(add(maxFound, 'integer'));
  const { bounds, orderOf } = createPageQuery(page, {
    limit,
    positionOf: (end) =>
      `${hideFromPlanner(add(positions[end]!.storedCreated, 'timestamptz'))}, ${hideFromPlanner(add(positions[end]!.id, 'uuid'))}`,
  });
  // A count needs no order, since it ends once it has found enough.
  const foundOrder = (row: string) => (returnsRuns ? orderOf(row) : '');
  const isAscending = readsAscending(page);
  const tasks = tasksByAccess(scope, filter, { terms, parameters }).map((each) =>
    returnsRuns ? each : withoutEntries(each),
  );
  const scanned = tasks.filter(isScanned);
  const taskCount = scanned.reduce((sum, { taskIds }) => sum + taskIds.length, 0);
  const perTask = limitsPerTask(maxTested, taskCount);
  const perTaskSql = hideFromPlanner(add(perTask.runs, 'bigint'));
  const maxTestedSql = hideFromPlanner(add(maxTested, 'bigint'));
  const from = ({ taskIds }: TasksByAccess) => `unnest(${hideFromPlanner(add(taskIds, 'uuid[]'))}) AS task (id)`;
  const rangeOf = (each: TasksByAccess, condition: string, further: readonly RangeBound[] = []) => {
    const within = [...bounds, ...further];
    if (each.ownRange !== null) {
      const direction = isAscending ? 'ASC' : 'DESC';
      return ownRunsInOrder({ ...each.ownRange, bounds: [...each.ownRange.bounds, ...within], direction });
    }
    return `SELECT run.created, run.id FROM task_run AS run
      WHERE run.task_id = task.id AND ${condition}${withinBounds(within)} ${orderOf('run')}`;
  };
  const upTo = (table: string) => {
    const columns = { created: isAscending ? 'infinity' : '-infinity', id: (isAscending ? 'f' : '0').repeat(32) };
    const position = Object.entries(columns).map(
      ([column, beyond]) => `coalesce((SELECT ${column} FROM ${table}), '${beyond}')`,
    );
    return { operator: isAscending ? '<=' : '>=', position: position.join(', '), hasId: true } as const;
  };
  const hasEntries = (each: TasksByAccess) => each.ownRange === null && each.entryCondition !== '';
  // Entries up to this end are tested as the index is read. To number them would take several times as long.
  const entryEnds = scanned.filter(hasEntries).map(
    (each) => `entry_end AS MATERIALIZED (
  SELECT last.* FROM ${from(each)} CROSS JOIN LATERAL (
    ${rangeOf(each, each.condition)} OFFSET ${hideFromPlanner(add(perTask.entries - 1, 'bigint'))} LIMIT 1
  ) AS last ${orderOf('last')} LIMIT 1
)`,
  );
  const candidatesOf = (each: TasksByAccess) =>
    each.ownRange === null && each.entryCondition !== ''
      ? rangeOf(each, `${each.condition} AND ${each.entryCondition}`, [upTo('entry_end')])
      : rangeOf(each, each.condition);

  const candidates = scanned.map(
    (each, index) => `candidate_${index} AS MATERIALIZED (
  SELECT candidate.* FROM ${from(each)} CROSS JOIN LATERAL (
    SELECT created, id, row_number() OVER (${orderOf('ranged')}) AS position
    FROM (${candidatesOf(each)} LIMIT ${perTaskSql}) AS ranged
  ) AS candidate
)`,
  );
  const allCandidates =
    scanned.map((_, index) => `SELECT * FROM candidate_${index}`).join(' UNION ALL ') ||
    'SELECT NULL::timestamptz AS created, NULL::uuid AS id, NULL::bigint AS position WHERE false';
  const upToEnd = upTo('scan_end');
  const isBeforeEnd = `(candidate.created, candidate.id) ${upToEnd.operator} (${upToEnd.position})`;
  const ranges = [
    ...scanned.map(
      (each, index) => `
  (SELECT candidate.created, candidate.id
  FROM (SELECT * FROM candidate_${index} AS candidate WHERE ${isBeforeEnd} ${foundOrder('candidate')}) AS candidate
  ${joinTested(each)} ${foundOrder('candidate')} LIMIT ${limit})`,
    ),
    ...tasks
      .filter((each) => !isScanned(each))
      .map((each) =>
        each.ownRange === null
          ? `
  (SELECT run.created, run.id FROM ${each.runs} AS run
  WHERE run.task_id = ANY (${add(each.taskIds, 'uuid[]')}) AND ${each.condition}${withinBounds([...bounds, upToEnd])} ${foundOrder('run')} LIMIT ${limit})`
          : `
  (SELECT candidate.created, candidate.id FROM ${from(each)}
  CROSS JOIN LATERAL (${rangeOf(each, each.condition, [upToEnd])} LIMIT ${limit}) AS candidate ${foundOrder('candidate')} LIMIT ${limit})`,
      ),
  ];
  const utc = (column: string) => `${column} AT TIME ZONE 'UTC'`;
  const text = `
WITH ${[
    ...entryEnds,
    ...candidates,
    `scan_end AS MATERIALIZED (
  SELECT created, id, is_end FROM (
    (SELECT *, false AS is_end FROM (${allCandidates}) AS candidate WHERE position = ${perTaskSql} ${orderOf('candidate')} LIMIT 1)
    UNION ALL
    (SELECT *, false FROM (${allCandidates}) AS candidate ${orderOf('candidate')} OFFSET ${maxTestedSql} - 1 LIMIT 1)${
      entryEnds.length > 0 ? '\n    UNION ALL\n    SELECT created, id, NULL, true FROM entry_end' : ''
    }
  ) AS candidate ${orderOf('candidate')} LIMIT 1
)`,
  ].join(',\n')}
SELECT count(*)::integer AS found,
  ${returnsRuns ? 'json_agg(id)' : 'NULL'} AS ids,
  CASE WHEN (SELECT is_end FROM scan_end) THEN ${maxTestedSql}
    ELSE (SELECT count(*) FROM (${allCandidates}) AS candidate WHERE ${isBeforeEnd}) END::integer AS tested,
  (SELECT to_json(${utc('created')}) FROM scan_end) AS "endCreated", (SELECT id FROM scan_end) AS "endId"
FROM (SELECT * FROM (${ranges.join('\n  UNION ALL')}) AS found ${foundOrder('found')} LIMIT ${limit}) AS found`;
  // Planned for its values: a generic plan would read few runs like many.
  return { statement: { name: 'task_run_scan', text, planName: null }, values };
}

function isScanned(tasks: TasksByAccess): boolean {
  if (tasks.ownRange !== null) return tasks.condition !== '';
  return tasks.entryCondition !== '' || tasks.filterCondition !== '';
}

/** A count by an index alone has no steps. */
function withoutEntries(tasks: TasksByAccess): TasksByAccess {
  if (tasks.ownRange !== null || tasks.filterCondition !== '') return tasks;
  return { ...tasks, condition: conditionsOf(tasks).join(' AND '), entryCondition: '' };
}

/** Returns SQL that joins the run of a candidate where it has to be read, and tests it. */
function joinTested(tasks: TasksByAccess): string {
  const condition = tasks.ownRange === null ? tasks.filterCondition : tasks.condition;
  return condition && `${joinRunOf('candidate')} WHERE ${condition}`;
}
