// The statement for a scan step, which tests the next runs found in the list's index one by one. It reads a limited
// number from each task, and ends once enough are tested or at the first point beyond which one of the tasks has more
// runs. Only runs that the caller may see are read and counted.

import { createSqlParameters, type SqlParameters } from '../../database/sql-parameters.js';
import { type BoundStatement, hideFromPlanner } from '../../database/statements.js';
import { joinRunOf } from '../columns/page-layout.js';
import { ownRunsInOrder, type RangeBound } from '../visibility/own-runs.js';
import type { RunFilter } from '../visibility/run-filter.js';
import type { RunScope } from '../visibility/run-scope.js';
import type { SearchTerms } from '../visibility/search-terms.js';
import { conditionsOf, type TasksByAccess, tasksByAccess } from '../visibility/visible-runs.js';
import { limitsPerTask, maxTestedTasks } from './bounded-range.js';
import { boundAt, countTasks, type LeadingTasks, leadingTasks } from './leading-tasks.js';
import { createPageQuery, withinBounds } from './page-query.js';
import { type PageRequest, readsAscending } from './page-request.js';

export interface ScanStep {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  /** Index terms for tasks whose runs are all visible. Without terms, their runs are tested one by one. */
  readonly terms: SearchTerms;
  /** Order and bounds of the scan. */
  readonly page: PageRequest;
  /** Maximum number of runs to test. */
  readonly maxTested: number;
  /** Maximum number of matching runs to find. */
  readonly maxFound: number;
  /** Whether to return the ids of the matching runs. */
  readonly returnsRuns: boolean;
}

export interface ScanRow {
  readonly found: number;
  /** The ids of matching runs in reading order, or null if no run matches. */
  readonly ids: readonly string[] | null;
  /**
   * Number of tested runs. Equals `maxTested` if a task's index entries end the step, because reading them takes as
   * long as testing that many runs.
   */
  readonly tested: number;
  /** The last run tested, or null if the list ends here. */
  readonly endCreated: string | null;
  readonly endId: string | null;
}

export function bindScanStep(step: ScanStep): BoundStatement {
  const parameters = createSqlParameters();
  const text = new ScanStatement(step, parameters.add).text();
  // Planned for its values, since a generic plan would treat few runs like many.
  return { statement: { name: 'task_run_scan', text, planName: null }, values: parameters.values };
}

/** Composes a step's statement from its tables, each of which reads the previous ones. */
class ScanStatement {
  readonly #add: SqlParameters['add'];
  readonly #isAscending: boolean;
  readonly #bounds: readonly RangeBound[];
  readonly #orderOf: (row: string) => string;
  /** SQL for the order of matching runs. Counts need no order, since they end once they have found enough. */
  readonly #foundOrder: (row: string) => string;
  readonly #returnsRuns: boolean;
  /** The tasks whose runs are tested, and those decided by an index. */
  readonly #scanned: readonly TasksByAccess[];
  readonly #indexed: readonly TasksByAccess[];
  /** The tasks of {@link #scanned} that the step reads. */
  readonly #leading: LeadingTasks;
  /** SQL for the maximum number of matching runs, of tested runs per task, and of tested runs in total. */
  readonly #limit: string;
  readonly #perTask: string;
  readonly #maxTested: string;
  readonly #entriesPerTask: number;

  constructor({ scope, filter, terms, page, maxTested, maxFound, returnsRuns }: ScanStep, add: SqlParameters['add']) {
    const positions = { after: page.after, before: page.before };
    this.#add = add;
    this.#limit = hideFromPlanner(add(maxFound, 'integer'));
    const { bounds, orderOf } = createPageQuery(page, {
      limit: this.#limit,
      positionOf: (end) =>
        `${hideFromPlanner(add(positions[end]!.created, 'timestamptz'))}, ${hideFromPlanner(add(positions[end]!.id, 'uuid'))}`,
    });
    this.#bounds = bounds;
    this.#orderOf = orderOf;
    this.#foundOrder = (row) => (returnsRuns ? orderOf(row) : '');
    this.#returnsRuns = returnsRuns;
    this.#isAscending = readsAscending(page);
    const tasks = tasksByAccess(scope, filter, { terms, parameters: { add } }).map((taskGroup) =>
      returnsRuns ? taskGroup : withoutEntries(taskGroup),
    );
    this.#scanned = tasks.filter(isScanned);
    this.#indexed = tasks.filter((taskGroup) => !isScanned(taskGroup));
    const taskCount = countTasks(this.#scanned);
    const maxTasks = maxTestedTasks(maxTested, taskCount);
    this.#leading = leadingTasks(
      this.#scanned.map((taskGroup) => ({
        taskIds: taskGroup.taskIds,
        first: this.#rangeOf(taskGroup, taskGroup.condition),
      })),
      { max: maxTasks, orderOf, add },
    );
    const perTask = limitsPerTask(maxTested, this.#leading.end === null ? taskCount : Math.min(taskCount, maxTasks));
    this.#entriesPerTask = perTask.entries;
    this.#perTask = hideFromPlanner(add(perTask.runs, 'bigint'));
    this.#maxTested = hideFromPlanner(add(maxTested, 'bigint'));
  }

  text(): string {
    const entryEnds = this.#scanned.flatMap((tasks, index) =>
      hasEntries(tasks) ? [`entry_end AS MATERIALIZED (${this.#entryEnd(tasks, index)})`] : [],
    );
    const candidates = this.#scanned.map(
      (tasks, index) => `candidate_${index} AS MATERIALIZED (${this.#candidates(tasks, index)})`,
    );
    const tables = [...entryEnds, ...candidates, `scan_end AS MATERIALIZED (${this.#scanEnd(entryEnds.length > 0)})`];
    const utc = (column: string) => `${column} AT TIME ZONE 'UTC'`;
    return `
WITH ${this.#leading.tables}${tables.join(',\n')}
SELECT count(*)::integer AS found,
  ${this.#returnsRuns ? 'json_agg(id)' : 'NULL'} AS ids,
  CASE WHEN (SELECT is_end FROM scan_end) THEN ${this.#maxTested}
    ELSE (SELECT count(*) FROM (${this.#allCandidates()}) AS candidate WHERE ${this.#isBeforeEnd()}) END::integer AS tested,
  (SELECT to_json(${utc('created')}) FROM scan_end) AS "endCreated", (SELECT id FROM scan_end) AS "endId"
FROM (SELECT * FROM (${this.#matches()}) AS found ${this.#foundOrder('found')} LIMIT ${this.#limit}) AS found`;
  }

  /**
   * Returns SQL for the last entry that may be read from a task. Numbering the preceding entries would take several
   * times as long.
   */
  #entryEnd(tasks: TasksByAccess, group: number): string {
    const from = this.#leading.tasksOf(group);
    const offset = hideFromPlanner(this.#add(this.#entriesPerTask - 1, 'bigint'));
    return `
  SELECT last.* FROM ${from} CROSS JOIN LATERAL (
    ${this.#rangeOf(tasks, tasks.condition)} OFFSET ${offset} LIMIT 1
  ) AS last ${this.#orderOf('last')} LIMIT 1
`;
  }

  /** Returns SQL for the runs to test, numbered within their task. */
  #candidates(tasks: TasksByAccess, group: number): string {
    const { end } = this.#leading;
    const bounds = end === null ? [] : [this.#upTo(end)];
    const range = hasEntries(tasks)
      ? this.#rangeOf(tasks, `${tasks.condition} AND ${tasks.entryCondition}`, [...bounds, this.#upTo('entry_end')])
      : this.#rangeOf(tasks, tasks.condition, bounds);
    return `
  SELECT candidate.* FROM ${this.#leading.tasksOf(group)} CROSS JOIN LATERAL (
    SELECT created, id, row_number() OVER (${this.#orderOf('ranged')}) AS position
    FROM (${range} LIMIT ${this.#perTask}) AS ranged
  ) AS candidate
`;
  }

  /**
   * Returns SQL for the step's last run, determined by the first task that may have more runs or by the number of runs
   * to test.
   */
  #scanEnd(hasEntryEnd: boolean): string {
    const all = `(${this.#allCandidates()}) AS candidate`;
    const order = this.#orderOf('candidate');
    const { end } = this.#leading;
    return `
  SELECT created, id, is_end FROM (
    (SELECT *, false AS is_end FROM ${all} WHERE position = ${this.#perTask} ${order} LIMIT 1)
    UNION ALL
    (SELECT *, false FROM ${all} ${order} OFFSET ${this.#maxTested} - 1 LIMIT 1)${
      hasEntryEnd ? '\n    UNION ALL\n    SELECT created, id, NULL, true FROM entry_end' : ''
    }${end === null ? '' : `\n    UNION ALL\n    SELECT created, id, NULL, ${hasEntryEnd} FROM ${end}`}
  ) AS candidate ${order} LIMIT 1
`;
  }

  /** Returns SQL for the matching runs up to the end of the step. */
  #matches(): string {
    const order = this.#foundOrder('candidate');
    const tested = this.#scanned.map(
      (tasks, index) => `
  (SELECT candidate.created, candidate.id
  FROM (SELECT * FROM candidate_${index} AS candidate WHERE ${this.#isBeforeEnd()} ${order}) AS candidate
  ${joinTested(tasks)} ${order} LIMIT ${this.#limit})`,
    );
    return [...tested, ...this.#indexed.map((tasks) => this.#indexedMatches(tasks))].join('\n  UNION ALL');
  }

  #indexedMatches(tasks: TasksByAccess): string {
    const upToEnd = this.#upTo('scan_end');
    if (tasks.ownRange === null) {
      const taskIds = this.#add(tasks.taskIds, 'uuid[]');
      return `
  (SELECT run.created, run.id FROM ${tasks.runs} AS run
  WHERE run.task_id = ANY (${taskIds}) AND ${tasks.condition}${withinBounds([...this.#bounds, upToEnd])} ${this.#foundOrder('run')} LIMIT ${this.#limit})`;
    }
    return `
  (SELECT candidate.created, candidate.id FROM ${this.#fromTasks(tasks)}
  CROSS JOIN LATERAL (${this.#rangeOf(tasks, tasks.condition, [upToEnd])} LIMIT ${this.#limit}) AS candidate ${this.#foundOrder('candidate')} LIMIT ${this.#limit})`;
  }

  #allCandidates(): string {
    return (
      this.#scanned.map((_, index) => `SELECT * FROM candidate_${index}`).join(' UNION ALL ') ||
      'SELECT NULL::timestamptz AS created, NULL::uuid AS id, NULL::bigint AS position WHERE false'
    );
  }

  #isBeforeEnd(): string {
    const { operator, position } = this.#upTo('scan_end');
    return `(candidate.created, candidate.id) ${operator} (${position})`;
  }

  #upTo(table: string): RangeBound {
    return boundAt(table, this.#isAscending);
  }

  #fromTasks({ taskIds }: TasksByAccess): string {
    return `unnest(${hideFromPlanner(this.#add(taskIds, 'uuid[]'))}) AS task (id)`;
  }

  /** Returns SQL for a range of the row `task`, in scan order. */
  #rangeOf(tasks: TasksByAccess, condition: string, further: readonly RangeBound[] = []): string {
    const bounds = [...this.#bounds, ...further];
    if (tasks.ownRange !== null) {
      const { ownRange } = tasks;
      const direction = this.#isAscending ? 'ASC' : 'DESC';
      return ownRunsInOrder({ ...ownRange, bounds: [...ownRange.bounds, ...bounds], direction });
    }
    return `SELECT run.created, run.id FROM task_run AS run
      WHERE run.task_id = task.id AND ${condition}${withinBounds(bounds)} ${this.#orderOf('run')}`;
  }
}

function isScanned(tasks: TasksByAccess): boolean {
  if (tasks.ownRange !== null) return tasks.condition !== '';
  return tasks.entryCondition !== '' || tasks.filterCondition !== '';
}

/** Whether index entries decide part of the filter. */
function hasEntries(tasks: TasksByAccess): tasks is TasksByAccess & { readonly ownRange: null } {
  return tasks.ownRange === null && tasks.entryCondition !== '';
}

/** Merges the entry conditions into the range, because a count that reads only an index has no steps. */
function withoutEntries(tasks: TasksByAccess): TasksByAccess {
  if (tasks.ownRange !== null || tasks.filterCondition !== '') return tasks;
  return { ...tasks, condition: conditionsOf(tasks).join(' AND '), entryCondition: '' };
}

/** Returns SQL that joins a candidate's run if it has to be read, and tests it. */
function joinTested(tasks: TasksByAccess): string {
  const condition = tasks.ownRange === null ? tasks.filterCondition : tasks.condition;
  return condition && `${joinRunOf('candidate')} WHERE ${condition}`;
}
