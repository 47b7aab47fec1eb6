// One page of a list, by one statement: the place is found by the key (created, id) in an index, so a page costs the same
// wherever it lies in the list. Only the runs of the page are read from the table.

import type { DataSource } from 'typeorm';
import { createSqlParameters } from '../database/sql-parameters.js';
import { createComposedStatements, type Statement } from '../database/statements.js';
import { toPickParameter } from './json-pick.js';
import type { PageRequest } from './page-request.js';
import { createRunColumns } from './run-columns.js';
import type { RunFilter } from './run-filter.js';
import type { RunSelection } from './run-parts.js';
import type { RunScope } from './run-scope.js';
import { visibleTasks } from './visible-runs.js';

interface BoundStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/** The statement of a page, with one run more than its size where there is one; in reading order, see {@link readsUp}. */
export type ComposePage = (
  scope: RunScope,
  filter: RunFilter,
  page: PageRequest,
  selection: RunSelection,
) => BoundStatement;

export function createPageStatements(dataSource: DataSource): ComposePage {
  const { facts, texts } = createRunColumns(dataSource, {
    parts: '$1::integer',
    picks: '$2::jsonb',
    orgId: '$3::uuid',
    projectId: '$4::uuid',
  });
  const toStatement = createComposedStatements('task_run_page');

  return (scope, filter, page, selection) => {
    const parameters = createSqlParameters();
    parameters.add(selection.parts, 'integer');
    parameters.add(toPickParameter(selection.picks), 'jsonb');
    parameters.add(scope.path.orgId, 'uuid');
    parameters.add(scope.path.projectId, 'uuid');
    const limit = parameters.add(page.size + 1, 'integer');
    const { after, before, order } = page;
    const ascends = order === 'CREATED_ASC';
    const bound = (operator: '<' | '>', { created, id }: { created: string; id: string }) =>
      ` AND (run.created, run.id) ${operator} (${parameters.add(created, 'timestamptz')}, ${parameters.add(id, 'uuid')})`;
    const bounds =
      (after ? bound(ascends ? '>' : '<', after) : '') + (before ? bound(ascends ? '<' : '>', before) : '');
    const direction = readsUp(page) ? 'ASC' : 'DESC';
    const sources = visibleTasks(scope, filter, parameters).map(
      ({ taskIds, condition }) => `
  SELECT place.created, place.id
  FROM unnest((SELECT ${parameters.add(taskIds, 'uuid[]')})) AS task (id)
  CROSS JOIN LATERAL (
    SELECT run.created, run.id FROM task_run AS run WHERE run.task_id = task.id AND ${condition}${bounds}
    ORDER BY run.created ${direction}, run.id ${direction} LIMIT ${limit}
  ) AS place`,
    );
    // OFFSET 0: the planner shall look the runs of the page up, one by one, whatever it takes the page's size to be.
    const text = `
SELECT json_build_object(${facts}
  ) AS facts,${texts}
FROM (${sources.join('\n  UNION ALL')}
  ORDER BY created ${direction}, id ${direction} LIMIT ${limit}
) AS page
CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page.id OFFSET 0) AS run
ORDER BY page.created ${direction}, page.id ${direction}`;
    return { statement: toStatement(text), values: parameters.values };
  };
}

/** Whether the page is read from the oldest run on: the order as it is asked for, or against it for `last`. */
export function readsUp({ order, isFromBack }: PageRequest): boolean {
  return (order === 'CREATED_ASC') !== isFromBack;
}
