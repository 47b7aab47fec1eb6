// A page of a whole project: of the runs that a scope, decided before, lets its caller see.

import { createSqlParameters } from '../../database/sql-parameters.js';
import { type BoundStatement, createStatementFactory, hideFromPlanner } from '../../database/statements.js';
import { limits } from '../../limits.js';
import { type RunSelection, sizedPreview } from '../record/field-groups.js';
import { toPointerParameter } from '../record/json-pointer.js';
import { readsJson, toProjection } from '../record/projection.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { RunScope } from '../scope/run-scope.js';
import { type CandidateIndex, type TasksByAccess, tasksByAccess } from '../scope/visible-runs.js';
import { createPageQuery, type PageForm, runsAtPositions, withinBytes } from './page-query.js';
import type { PageRequest } from './page-request.js';

/** A page of the runs that the scope lets its caller see. */
export interface ProjectPageKey {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  /** By which the runs are found. */
  readonly index: CandidateIndex;
  readonly page: PageRequest;
  readonly selection: RunSelection;
}

export function createProjectPageStatements(): (key: ProjectPageKey, form: PageForm) => BoundStatement {
  const toStatement = createStatementFactory('task_run_page');

  return ({ scope, filter, index, page, selection }, form) => {
    const parameters = createSqlParameters();
    const { add, values } = parameters;
    const positions = { after: page.after, before: page.before };
    const { selectRange, selectFiltered, selectOwnRuns, merge } = createPageQuery(page, {
      limit: hideFromPlanner(add(page.size + 1, 'integer')),
      positionOf: (end) =>
        `${hideFromPlanner(add(positions[end]!.storedCreated, 'timestamptz'))}, ${hideFromPlanner(add(positions[end]!.id, 'uuid'))}`,
      boundValue: (end, type) => hideFromPlanner(add(positions[end]!.value, type)),
      scanLimit: () => hideFromPlanner(add(limits.candidates.value + 1, 'integer')),
    });
    const maxBytes = readsJson(selection) ? hideFromPlanner(add(form.maxBytes, 'bigint')) : null;
    const pointers = toPointerParameter(selection.pointers);
    const projection = toProjection({
      fieldGroups: selection.fieldGroups,
      form: form.form,
      ...(form.form === 'single' ? { byteLimit: maxBytes } : {}),
      pointers: pointers && hideFromPlanner(add(pointers, 'jsonb')),
      previewLength:
        selection.fieldGroups & sizedPreview ? hideFromPlanner(add(selection.previewLength ?? 0, 'integer')) : null,
      includesTaskId: true,
    });
    const taskRuns = (tasks: TasksByAccess) => {
      if (tasks.own !== null) return selectOwnRuns('run.created, run.id', tasks.own, tasks.condition);
      const { runs, condition, filterCondition } = tasks;
      const range = { taskId: 'task.id', runs, condition };
      return filterCondition === ''
        ? selectRange('run.created, run.id', range)
        : selectFiltered(range, filterCondition);
    };
    const ranges = tasksByAccess(scope, filter, { index, parameters }).map(
      (tasks) => `
  SELECT page_row.*
  FROM unnest(${hideFromPlanner(add(tasks.taskIds, 'uuid[]'))}) AS task (id)
  CROSS JOIN LATERAL (${taskRuns(tasks)}) AS page_row`,
    );
    const text = `WITH ${runsAtPositions(merge(ranges), projection)}${withinBytes(projection, form, maxBytes)}`;
    return { statement: toStatement(text), values };
  };
}
