// The statement for a project page, limited to the runs that an earlier decision made visible to the caller. If no
// index finds the page's runs, they were found beforehand and are read by id.

import { textOf } from '../../database/fragment.js';
import { createSqlParameters, type SqlParameters } from '../../database/sql-parameters.js';
import { type BoundStatement, createStatementFactory, hideFromPlanner } from '../../database/statements.js';
import type { RunsRow } from '../columns/columnar-run.js';
import type { RunSelection } from '../columns/field-groups.js';
import { joinRunOf, type PageLayout, runsAtPositions, toPageProjection, withinBytes } from '../columns/page-layout.js';
import type { RunFilter } from '../visibility/run-filter.js';
import type { RunScope } from '../visibility/run-scope.js';
import { noTerms } from '../visibility/search-terms.js';
import { payloadVisibleSql, rangeTest, tasksByAccess } from '../visibility/visible-runs.js';
import { limitsPerTask, maxTestedTasks } from './bounded-range.js';
import { boundAt, countTasks, leadingTasks } from './leading-tasks.js';
import { createPageQuery, endTested, type PagePositions, type ScanEndRow, selectPage } from './page-query.js';
import { type PageRequest, readsAscending } from './page-request.js';

/** A page of the runs that a caller sees in a scope. */
export interface ProjectPageKey {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  /** The page's runs in reading order, or null if the statement finds them in an index. */
  readonly ids: readonly string[] | null;
  readonly page: PageRequest;
  readonly selection: RunSelection;
  /** Maximum number of runs to test against the filter. */
  readonly maxTested: number;
}

export type ProjectPageRow = RunsRow & ScanEndRow;

const toStatement = createStatementFactory('task_run_page');

export function bindProjectPage(key: ProjectPageKey, layout: PageLayout): BoundStatement {
  const { scope, ids, selection } = key;
  const { add, values } = createSqlParameters();
  const found = ids === null ? indexedPositions(key, { add, values }) : { positions: positionsOf(scope, ids, add) };
  const seesPayload = payloadVisibleSql(scope, add);
  const projection = toPageProjection(selection, layout, add, {
    includesTaskId: true,
    isMasked: seesPayload !== null,
  });
  const page = selectPage(
    found,
    runsAtPositions(found.positions, projection, seesPayload),
    withinBytes(projection, layout),
  );
  return { statement: toStatement(textOf(page)), values };
}

/** Returns SQL that finds the positions of the page's runs in an index, task by task. */
function indexedPositions(
  { scope, filter, page, maxTested }: Pick<ProjectPageKey, 'scope' | 'filter' | 'page' | 'maxTested'>,
  parameters: SqlParameters,
): PagePositions {
  const { add } = parameters;
  const bounds = { after: page.after, before: page.before };
  const query = createPageQuery(page, {
    limit: hideFromPlanner(add(page.size + 1, 'integer')),
    positionOf: (end) =>
      `${hideFromPlanner(add(bounds[end]!.created, 'timestamptz'))}, ${hideFromPlanner(add(bounds[end]!.id, 'uuid'))}`,
  });
  const tasks = tasksByAccess(scope, filter, { terms: noTerms, parameters }).map((taskGroup) => ({
    ...taskGroup,
    test: taskGroup.ownRange === null ? rangeTest(taskGroup) : { condition: taskGroup.condition, isInEntries: false },
  }));
  const tested = tasks.filter(({ test }) => test.condition !== '');
  const isTested = tested.length > 0;
  const maxTasks = maxTestedTasks(maxTested, countTasks(tasks));
  const leading = leadingTasks(
    tasks.map(({ taskIds, ...range }) => ({
      taskIds,
      first:
        range.ownRange === null
          ? query.selectFirst({ taskId: 'task.id', condition: range.condition })
          : query.selectFirstOwn(range.ownRange),
    })),
    {
      max: isTested ? Math.max(page.size + 1, maxTasks) : page.size + 1,
      orderOf: query.orderOf,
      add,
    },
  );
  const isPartial = isTested && leading.end !== null;
  const ranged = isPartial ? query.upTo(boundAt(leading.end, readsAscending(page))) : query;
  const testedTasks = countTasks(tested);
  const perTask = limitsPerTask(maxTested, isPartial ? Math.min(testedTasks, maxTasks) : testedTasks);
  const columns = 'run.created, run.id';
  const ranges = tasks.map(({ test: { condition, isInEntries }, ...taskGroup }, index) => {
    const test = () => ({
      condition,
      max: condition && hideFromPlanner(add(isInEntries ? perTask.entries : perTask.runs, 'bigint')),
    });
    const range = { taskId: 'task.id', condition: taskGroup.condition };
    const select = isTested
      ? taskGroup.ownRange === null
        ? ranged.selectTested(range, test())
        : ranged.selectTestedOwn(taskGroup.ownRange, test())
      : taskGroup.ownRange === null
        ? ranged.selectRange(columns, range)
        : ranged.selectOwnRuns(columns, taskGroup.ownRange);
    return `
  SELECT page_row.*
  FROM ${leading.tasksOf(index)}
  CROSS JOIN LATERAL (${select}) AS page_row`;
  });
  if (!isTested) return { tables: leading.tables, positions: query.merge(ranges) };
  const end = isPartial ? [`\n  SELECT created, id, false, true FROM ${leading.end}`] : [];
  const found = endTested(query.mergeTested([...ranges, ...end]), query);
  return { ...found, tables: leading.tables + found.tables };
}

/** Returns SQL for the positions of previously found runs that the caller still sees. */
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
