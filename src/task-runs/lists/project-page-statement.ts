// The statement for a page of a project, with the runs that an earlier decision lets the caller see. If no index finds
// the runs of a page, they were found before, and are read by their ids.

import { createSqlParameters, type SqlParameters } from '../../database/sql-parameters.js';
import { type BoundStatement, createStatementFactory, hideFromPlanner } from '../../database/statements.js';
import type { RunSelection } from '../record/field-groups.js';
import { joinRunOf, type PageLayout, runsAtPositions, toPageProjection, withinBytes } from '../record/page-layout.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { RunScope } from '../scope/run-scope.js';
import { noTerms } from '../scope/search-terms.js';
import { seesPayloadSql, tasksByAccess } from '../scope/visible-runs.js';
import { createPageQuery } from './page-query.js';
import type { PageRequest } from './page-request.js';

/** A page of the runs that a caller sees in a scope. */
export interface ProjectPageKey {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  /** The runs of the page in the order of reading; null: the statement finds them by an index. */
  readonly ids: readonly string[] | null;
  readonly page: PageRequest;
  readonly selection: RunSelection;
}

const toStatement = createStatementFactory('task_run_page');

export function bindProjectPage(
  { scope, filter, ids, page, selection }: ProjectPageKey,
  layout: PageLayout,
): BoundStatement {
  const { add, values } = createSqlParameters();
  const positions =
    ids === null ? indexedPositions({ scope, filter, page }, { add, values }) : positionsOf(scope, ids, add);
  const seesPayload = seesPayloadSql(scope, add);
  const projection = toPageProjection(selection, layout, add, {
    includesTaskId: true,
    isMasked: seesPayload !== null,
  });
  const text = `WITH ${runsAtPositions(positions, projection, seesPayload)}${withinBytes(projection, layout)}`;
  return { statement: toStatement(text), values };
}

/** Returns SQL for the positions of the page's runs by an index, task by task. */
function indexedPositions(
  { scope, filter, page }: Pick<ProjectPageKey, 'scope' | 'filter' | 'page'>,
  parameters: SqlParameters,
): string {
  const { add } = parameters;
  const bounds = { after: page.after, before: page.before };
  const { selectRange, selectOwnRuns, merge } = createPageQuery(page, {
    limit: hideFromPlanner(add(page.size + 1, 'integer')),
    positionOf: (end) =>
      `${hideFromPlanner(add(bounds[end]!.storedCreated, 'timestamptz'))}, ${hideFromPlanner(add(bounds[end]!.id, 'uuid'))}`,
  });
  const columns = 'run.created, run.id';
  const ranges = tasksByAccess(scope, filter, { terms: noTerms, parameters }).map((tasks) => {
    const runs =
      tasks.ownRange === null
        ? selectRange(columns, { taskId: 'task.id', condition: tasks.condition })
        : selectOwnRuns(columns, tasks.ownRange, tasks.condition);
    return `
  SELECT page_row.*
  FROM unnest(${hideFromPlanner(add(tasks.taskIds, 'uuid[]'))}) AS task (id)
  CROSS JOIN LATERAL (${runs}) AS page_row`;
  });
  return merge(ranges);
}

/** Returns SQL for the positions of runs that were found before and that the caller still sees. */
function positionsOf(
  { allRunsTaskIds, ownRunsTaskIds, userId }: RunScope,
  ids: readonly string[],
  add: SqlParameters['add'],
) {
  const isIn = (taskIds: readonly string[]) => `run.task_id = ANY (${hideFromPlanner(add(taskIds, 'uuid[]'))}::uuid[])`;
  return `
  SELECT run.created, run.id FROM unnest(${hideFromPlanner(add(ids, 'uuid[]'))}) WITH ORDINALITY AS found (id, position)
  ${joinRunOf('found')}
  WHERE ${isIn(allRunsTaskIds)} OR (${isIn(ownRunsTaskIds)} AND run.user_id = ${hideFromPlanner(add(userId, 'uuid'))})
  ORDER BY found.position`;
}
