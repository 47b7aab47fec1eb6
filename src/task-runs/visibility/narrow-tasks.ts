// Conditions that name tasks or projects determine which tasks of a scope are read, before the search for any of their
// runs.

import { noFilter, type RunFilter } from './run-filter.js';
import { tasksOfProjects } from './run-filters.js';
import type { RunScope } from './run-scope.js';

interface Narrowed<Scope> {
  readonly scope: Scope;
  readonly filter: RunFilter;
}

/**
 * Returns the scope with only the tasks that the filter names, and the remaining conditions. Conditions in `OR` and
 * `NOT` remain.
 */
export function narrowTasks<Scope extends RunScope>(scope: Scope, filter: RunFilter): Narrowed<Scope> {
  const { taskIdIn, projectIdIn, AND, ...others } = filter;
  if (taskIdIn === undefined && projectIdIn === undefined && AND === undefined) return { scope, filter };
  let narrowed = scope;
  const keep = (taskIds: readonly string[]) => {
    const kept = new Set(taskIds);
    const [allRunsTaskIds, ownRunsTaskIds] = [narrowed.allRunsTaskIds, narrowed.ownRunsTaskIds].map((ids) =>
      ids.filter((id) => kept.has(id)),
    ) as [string[], string[]];
    narrowed = { ...narrowed, allRunsTaskIds, ownRunsTaskIds };
  };
  if (taskIdIn !== undefined) keep(taskIdIn as readonly string[]);
  if (projectIdIn !== undefined) keep(tasksInProjects(scope, projectIdIn as readonly string[]));
  const nested: RunFilter[] = [];
  for (const operand of (AND ?? []) as readonly RunFilter[]) {
    const { scope: narrower, filter: rest } = narrowTasks(narrowed, operand);
    narrowed = narrower;
    if (rest !== noFilter) nested.push(rest);
  }
  const rest = { ...others, ...(nested.length > 0 && { AND: nested }) };
  return { scope: narrowed, filter: Object.keys(rest).length === 0 ? noFilter : rest };
}

function tasksInProjects(
  { path, projectIdByTask, allRunsTaskIds, ownRunsTaskIds }: RunScope,
  projectIds: readonly string[],
): readonly string[] {
  if (path.projectId === null) return tasksOfProjects(projectIdByTask!, projectIds);
  return projectIds.includes(path.projectId) ? [...allRunsTaskIds, ...ownRunsTaskIds] : [];
}
