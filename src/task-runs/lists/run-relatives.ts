// The next and previous run in a run's task and the run's context, limited to what the caller sees. One statement reads
// everything that several runs need at the same time.

import DataLoader from 'dataloader';
import type { RequestBudget } from '../../admission/request-budget.js';
import { validationFailed } from '../../errors/validation.js';
import { formatCount } from '../../format-count.js';
import { limits } from '../../limits.js';
import { lazy } from '../../scheduling/lazy.js';
import type { TaskRunRecord } from '../columns/records.js';
import type { ProjectPath, RunPath, TaskPath } from '../columns/run-path.js';
import type { TaskRunService } from '../task-runs.service.js';
import { noFilter } from '../visibility/run-filter.js';
import { assertScopeAllowed, decideChargedScope } from '../visibility/run-scope.js';
import type { RunContextRow } from './context-statement.js';
import { createCursorCodec, type RunPosition } from './cursor.js';
import type { ListReaders } from './list-readers.js';

/** The runs that share a `contextId` in a project and that the caller sees. */
export interface RunContext {
  readonly contextId: string;
  readonly path: ProjectPath;
  readonly totals: RunContextRow;
  readonly first: RunPath | null;
  readonly last: RunPath | null;
}

interface AdjacentRun {
  readonly path: TaskPath;
  readonly position: RunPosition;
  readonly direction: 'next' | 'previous';
}

interface ContextKey {
  readonly path: ProjectPath;
  readonly contextId: string;
}

const idSelection = { fieldGroups: 0, pointers: [] };
const noCursors = createCursorCodec(null);

/** The relatives of a request's runs. */
export class RunRelatives {
  readonly #adjacentRuns = lazy(
    () =>
      new DataLoader((keys: readonly AdjacentRun[]) => this.#readAdjacentRuns(keys), {
        cacheKeyFn: ({ position, direction }) => `${position.id} ${direction}`,
      }),
  );
  readonly #contexts = lazy(
    () =>
      new DataLoader((keys: readonly ContextKey[]) => this.#readContexts(keys), {
        cacheKeyFn: ({ path, contextId }) => `${path.projectId} ${contextId}`,
      }),
  );

  constructor(
    private readonly readers: ListReaders,
    private readonly taskRuns: TaskRunService,
    private readonly budget: RequestBudget,
  ) {}

  /** Returns the path of the next or previous run in the task, or null if the caller sees none. */
  adjacentRun(
    { orgId, projectId, taskId, id, created }: TaskRunRecord,
    direction: 'next' | 'previous',
  ): Promise<RunPath | null> {
    const position = { created, id };
    return this.#adjacentRuns().load({ path: { orgId, projectId, taskId }, position, direction });
  }

  /** Returns null for a run without a context. @throws GatewayError VALIDATION_FAILED for more than 100,000 runs */
  async contextOf({ orgId, projectId, contextId }: TaskRunRecord): Promise<RunContext | null> {
    if (contextId === null) return null;
    return this.#contexts().load({ path: { orgId, projectId, taskId: null }, contextId });
  }

  async #readAdjacentRuns(keys: readonly AdjacentRun[]): Promise<(RunPath | null | Error)[]> {
    const { caller } = this.taskRuns;
    const { subject, userId } = caller;
    const results = await this.readers.pages.readAdjacentRuns(
      keys.map(({ path, position: after, direction }) => ({
        path,
        subject,
        userId,
        ...{ filter: noFilter, maxTested: 0 },
        selection: idSelection,
        page: {
          size: 1,
          isBackward: false,
          after,
          before: null,
          cursors: noCursors,
          order: direction === 'next' ? 'CREATED_ASC' : 'CREATED_DESC',
        },
      })),
      this.budget,
    );
    return Promise.all(
      results.map(async (result, index) => {
        if (result instanceof Error) return result;
        const { path } = keys[index]!;
        assertScopeAllowed(caller, path);
        decideChargedScope(this.budget.cost, caller, path, [result.access], 'usage');
        const [adjacentRun] = result.page.runs;
        return adjacentRun ? { ...path, id: adjacentRun.id } : null;
      }),
    );
  }

  async #readContexts(keys: readonly ContextKey[]): Promise<(RunContext | Error)[]> {
    const found = new Map<ContextKey, RunContext | Error>();
    const byProject = new Map<string, ContextKey[]>();
    for (const key of keys) byProject.set(key.path.projectId, [...(byProject.get(key.path.projectId) ?? []), key]);
    await Promise.all(
      [...byProject.values()].map(async (projectKeys) => {
        const [{ path }] = projectKeys as [ContextKey];
        const scope = await this.taskRuns.scopeOf(path, 'usage');
        const contextIds = projectKeys.map(({ contextId }) => contextId);
        const rows = await this.readers.counts.readContexts({ scope, contextIds }, this.budget);
        for (const [index, key] of projectKeys.entries()) found.set(key, toContext(key, rows[index]!));
      }),
    );
    return keys.map((key) => found.get(key)!);
  }
}

function toContext({ path, contextId }: ContextKey, totals: RunContextRow): RunContext | Error {
  const max = limits.contextRuns.value;
  if (totals.runs > max) {
    return validationFailed(
      ['contextId'],
      `has more than ${formatCount(max)} runs, too many for \`totals\`: do not select it`,
    );
  }
  const pathOf = (taskId: string | null, runId: string | null) =>
    taskId === null || runId === null ? null : { orgId: path.orgId, projectId: path.projectId, taskId, id: runId };
  const { firstTaskId, firstId, lastTaskId, lastId } = totals;
  return { contextId, path, totals, first: pathOf(firstTaskId, firstId), last: pathOf(lastTaskId, lastId) };
}
