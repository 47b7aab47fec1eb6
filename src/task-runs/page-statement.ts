// One page of a list, by one statement: the place is found by the key (created, id) in an index, so a page costs the same
// wherever it lies in the list. Where an index decides the
// filter, only the runs of the page are read from the table.

import type { DataSource } from 'typeorm';
import { createSqlParameters } from '../database/sql-parameters.js';
import { createComposedStatements, type Statement, unseen } from '../database/statements.js';
import { pickedTexts, toPickParameter } from './json-pick.js';
import { boundsOf, type PageRequest, readsAscending } from './page-request.js';
import { createRunColumns } from './run-columns.js';
import type { RunFilter } from './run-filter.js';
import type { RunSelection } from './run-parts.js';
import type { RunScope } from './run-scope.js';
import { type VisibleTasks, visibleTasks } from './visible-runs.js';

interface BoundStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
  readonly columnNames: readonly string[];
}

/** The statement of a page: from the end where reading begins, with one run more than the page's size if there is one. */
export type ComposePage = (
  scope: RunScope,
  filter: RunFilter,
  page: PageRequest,
  selection: RunSelection,
) => BoundStatement;

export function createPageStatements(dataSource: DataSource): ComposePage {
  const columns = createRunColumns(dataSource);
  const toStatement = createComposedStatements('task_run_page');

  return (scope, filter, page, selection) => {
    const parameters = createSqlParameters();
    const direction = readsAscending(page) ? 'ASC' : 'DESC';
    const limit = unseen(parameters.add(page.size + 1, 'integer'));
    const bounds = boundsOf(page)
      .map(({ operator, position }) => {
        const created = unseen(parameters.add(position.created, 'timestamptz'));
        return ` AND (run.created, run.id) ${operator} (${created}, ${unseen(parameters.add(position.id, 'uuid'))})`;
      })
      .join('');
    const tasks = visibleTasks(scope, filter, parameters);
    const picks = toPickParameter(selection.picks);
    const ofRun = [
      ...columns.properties(selection.parts),
      ...columns.json(selection.parts).map(([, name, sql]) => [name, sql] as const),
      ...(picks === null ? [] : [['picked', pickedTexts(parameters.add(picks, 'jsonb'))] as const]),
    ];
    const relations = columns.relations(selection.parts);
    const selected = ofRun.map(([name, sql]) => `${sql} AS "${name}"`).join(',\n  ');
    const stretchOf = (taskId: string, condition: string) => `FROM task_run AS run
    WHERE run.task_id = ${taskId} AND ${condition}${bounds}
    ORDER BY run.created ${direction}, run.id ${direction} LIMIT ${limit}`;
    const placesOf = ({ taskIds, condition }: VisibleTasks) => `
  SELECT place.*
  FROM unnest(${unseen(parameters.add(taskIds, 'uuid[]'))}) AS task (id)
  CROSS JOIN LATERAL (SELECT run.created, run.id ${stretchOf('task.id', condition)}) AS place`;
    const wholeTask = onlyWholeTask(tasks);
    // OFFSET 0: the runs of the page shall be looked up one by one, however many the planner takes them for.
    const pageRuns =
      wholeTask !== null
        ? `read_run AS MATERIALIZED (
  SELECT ${selected}
  ${stretchOf(unseen(parameters.add(wholeTask, 'uuid')), 'true')}
)`
        : `place AS MATERIALIZED (${tasks.map(placesOf).join('\n  UNION ALL')}
  ORDER BY created ${direction}, id ${direction} LIMIT ${limit}
), read_run AS MATERIALIZED (
  SELECT ${selected}
  FROM place CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = place.id OFFSET 0) AS run
)`;
    const text = `
WITH ${pageRuns}
SELECT read_run.*${relations.map(([, sql]) => `,\n  CASE WHEN id = (SELECT id FROM read_run LIMIT 1) THEN ${sql} END`).join('')}
FROM read_run ORDER BY created ${direction}, id ${direction}`;
    return {
      statement: toStatement(text),
      values: parameters.values,
      columnNames: [...ofRun, ...relations].map(([name]) => name),
    };
  };
}

/** The one task of a list without a filter: its runs can be read as they come, without finding their places first. */
function onlyWholeTask(tasks: readonly VisibleTasks[]): string | null {
  const [first, ...others] = tasks;
  return others.length === 0 && first!.taskIds.length === 1 && first!.condition === 'true' ? first!.taskIds[0]! : null;
}
