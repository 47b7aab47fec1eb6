// Values that task_run_list_idx lacks. They are joined from other indexes, which contain them with run ids. Reading
// them with their runs would require the table, where a project's runs are scattered among those of all others.

import { failureKind } from '../columns/previews.js';
import type { RunRange } from '../visibility/visible-runs.js';

export interface IndexedValues {
  /** Alias of the rows, which have the column `value`. */
  readonly alias: string;
  /** Returns SQL for rows with the id and value of each run that has one. */
  select(range: RunRange): string;
}

/** Returns SQL for the runs that meet a condition. @param value SQL over `run`, as is the condition */
const selectValues = (value: string, condition: string, { taskIds, within }: RunRange) =>
  `SELECT run.id, ${value} AS value FROM task_run AS run WHERE run.task_id = ANY (${taskIds()}) AND ${condition}${within('run')}`;

/** Returns the values of a column with an index on the runs that have one. @param value SQL over `run` */
export const valuesOfColumn = (column: string, value: string): IndexedValues => ({
  alias: `${column}_of_run`,
  select: (range) => selectValues(value, `run.${column} IS NOT NULL`, range),
});

const kind = `${failureKind} COLLATE "C"`;
/** Returns SQL for the first of a task's failure kinds that meets a condition. */
const firstKind = (taskId: string, condition = '') =>
  `(SELECT ${kind} FROM task_run AS run WHERE run.is_error AND run.task_id = ${taskId}${condition} ORDER BY ${kind} LIMIT 1)`;

/**
 * Failure kinds. For all time, task_run_failure_v2_idx is read from one kind to the next, so that each kind is derived
 * from the JSON of a single run. For a period, in which few of the kinds may occur, every failed run is read.
 */
export const kindsOfFailures: IndexedValues = {
  alias: 'failure_of_run',
  select: (range) => (range.hasAllFailures ? selectByKinds(range) : selectValues(kind, 'run.is_error', range)),
};

const selectByKinds = ({ taskIds, within }: RunRange) => `WITH RECURSIVE kind AS (
    SELECT task.id AS task_id, ${firstKind('task.id')} AS value FROM unnest(${taskIds()}) AS task (id)
    UNION ALL
    SELECT kind.task_id, ${firstKind('kind.task_id', ` AND ${kind} > kind.value`)} FROM kind WHERE kind.value IS NOT NULL
  )
  SELECT failed.id, kind.value FROM kind CROSS JOIN LATERAL (
    SELECT run.id FROM task_run AS run
    WHERE run.is_error AND run.task_id = kind.task_id AND ${kind} = kind.value${within('run')}
  ) AS failed`;

/** Returns SQL that joins the runs `run` with values. */
export function joinValues(values: readonly IndexedValues[], range: RunRange): string {
  return values
    .map(({ alias, select }) => ` LEFT JOIN (${select(range)}) AS ${alias} ON ${alias}.id = run.id`)
    .join('');
}
