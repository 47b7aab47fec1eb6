// A page of runs of many tasks can only contain runs of the tasks whose first run comes earliest in reading order.
// Reading one index entry per task finds these tasks, and no other entries of the remaining tasks are read.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { hideFromPlanner } from '../../database/statements.js';
import type { RangeBound } from '../visibility/own-runs.js';

/** Tasks that are read in the same way. */
interface TaskList {
  readonly taskIds: readonly string[];
}

interface TaskGroup extends TaskList {
  /** SQL for `created` and `id` of the first run of the row `task`, in the order of reading. */
  readonly first: string;
}

export interface LeadingTasks {
  /** SQL: common table expressions, each followed by a comma; '' if all tasks are read. */
  readonly tables: string;
  /** Returns SQL for a FROM clause with the alias `task`: the ids of those tasks in a group that are read. */
  tasksOf(group: number): string;
  /**
   * SQL of `created` and `id` in a FROM clause: tasks that are not read may have runs beyond this run. Null if all tasks
   * are read.
   */
  readonly end: string | null;
}

interface LeadingOptions {
  /** The maximum number of tasks to read. */
  readonly max: number;
  /** Returns SQL for the order of reading. @param row the alias of a row */
  readonly orderOf: (row: string) => string;
  readonly add: SqlParameters['add'];
}

export function countTasks(lists: readonly TaskList[]): number {
  return lists.reduce((sum, { taskIds }) => sum + taskIds.length, 0);
}

/** Composes the tables that choose the tasks to read. If there are at most `max` tasks, all of them are read. */
export function leadingTasks(groups: readonly TaskGroup[], { max, orderOf, add }: LeadingOptions): LeadingTasks {
  const tasksIn = ({ taskIds }: TaskGroup) => `unnest(${hideFromPlanner(add(taskIds, 'uuid[]'))}) AS task (id)`;
  if (countTasks(groups) <= max) return { tables: '', tasksOf: (group) => tasksIn(groups[group]!), end: null };
  const firsts = groups.map(
    (group, index) => `
  SELECT ${index} AS task_group, task.id AS task_id, first.created, first.id
  FROM ${tasksIn(group)} CROSS JOIN LATERAL (${group.first} LIMIT 1) AS first`,
  );
  const limit = hideFromPlanner(add(max + 1, 'integer'));
  return {
    tables: `leading_task AS MATERIALIZED (
  SELECT * FROM (${firsts.join('\n  UNION ALL')}) AS task ${orderOf('task')} LIMIT ${limit}
), leading_end AS MATERIALIZED (
  SELECT created, id FROM leading_task ${orderOf('leading_task')} OFFSET ${limit} - 1
), `,
    tasksOf: (group) => `(SELECT task_id AS id FROM leading_task WHERE task_group = ${group}) AS task`,
    end: 'leading_end',
  };
}

/** Returns the bound given by the row of a table, or none if the table is empty. */
export function boundAt(table: string, isAscending: boolean): RangeBound {
  const beyond = isAscending
    ? { created: 'infinity', id: 'f'.repeat(32) }
    : { created: '-infinity', id: '0'.repeat(32) };
  const position = Object.entries(beyond).map(
    ([column, value]) => `coalesce((SELECT ${column} FROM ${table}), '${value}')`,
  );
  return { operator: isAscending ? '<=' : '>=', position: position.join(', '), hasId: true };
}
