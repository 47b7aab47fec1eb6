// The runs that a caller may read. Created for each request, with loaders that batch reads and hold nothing beyond the
// request.

import DataLoader from 'dataloader';
import { type Caller, isOutsideConfinement } from '../access/caller.js';
import { canReadReportingGroup } from '../access/policy.js';
import type { RequestBudget } from '../admission/request-budget.js';
import { type ErrorTarget, forbidden, GatewayError } from '../errors/gateway-error.js';
import { limits } from '../limits.js';
import { lazy, lazyByName } from '../scheduling/lazy.js';
import { mergeDuplicates } from '../scheduling/merge-duplicates.js';
import { readSingle } from '../scheduling/read-scheduler.js';
import type { ResponseAudit } from './audit/response-audit.js';
import { mergeSelections, type RunSelection } from './columns/field-groups.js';
import type { ModelPointer } from './columns/json-pointer.js';
import { payloadForbidden, type ScopeKind, withoutPayload } from './columns/payload.js';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from './columns/records.js';
import { RelationLoaders } from './columns/relation-loaders.js';
import {
  assertIdCount,
  parseResourceId,
  parseRunPath,
  type RunPath,
  runPathNames,
  type ScopePath,
} from './columns/run-path.js';
import type { GroupRow } from './run/entity-statements.js';
import type { RunReader, RunReadResult } from './run/run-reader.js';
import type { RunKey } from './run/run-statement.js';
import type { RunFilter } from './visibility/run-filter.js';
import {
  assertScopeAllowed,
  type CallerScope,
  decideChargedScope,
  type OrganizationAccess,
  parseScopePath,
  type RunScope,
  type ScopeInput,
  type TaskAccess,
} from './visibility/run-scope.js';
import type { ScopeKey } from './visibility/scope-statement.js';

type RunOrError = TaskRunRecord | Error;

export class TaskRunService {
  readonly relations: RelationLoaders;
  // Two aliases of a run may select different field groups. They are read together, and not cached for later ones.
  readonly #resultByPath: DataLoader<RunKey, RunReadResult>;
  readonly #accessByScope = lazy(() => this.#createAccessLoader());
  readonly #accessByOrganization = lazy(() =>
    lazyByName(
      (orgId) => orgId,
      (orgId: string) => this.#readOrganizationAccess(orgId),
    ),
  );
  readonly #firstFailuresByPath = lazy(() =>
    lazyByName(pathName, (path: ScopePath) => this.#createFirstFailureLoader(path)),
  );
  readonly #pathById = lazy(
    () => new DataLoader((ids: readonly string[]) => this.reader.readRunPaths(ids, this.budget)),
  );
  readonly #groupForSubjectById = lazy(
    () =>
      new DataLoader(
        rowsById(
          (ids) => this.#readGroupsForSubject(ids),
          (row) => row.id,
        ),
      ),
  );

  constructor(
    private readonly reader: RunReader,
    readonly caller: Caller,
    private readonly budget: RequestBudget,
    /** The audit of responses, or omitted if nothing is audited. */
    readonly audit?: ResponseAudit,
  ) {
    this.#resultByPath = new DataLoader((keys) => this.#readDeduplicated(keys), { cache: false });
    this.relations = new RelationLoaders({
      readReportingGroups: (ids) => reader.readReportingGroups(ids, budget),
      readFiles: (runIds) => reader.readFiles(runIds, budget),
    });
  }

  /** Location of the model in a run's JSON, or null if not configured. */
  get modelPointer(): ModelPointer | null {
    return this.reader.modelPointer;
  }

  /**
   * Returns a run with at least the selected fields. Paths requested in the same tick are read with one statement.
   * @param scopeKind `payload` rejects a run of which the caller sees only the usage
   * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER, PERMISSION_CHECK_FAILED or TASK_RUN_NOT_FOUND, decided in the
   * order of the permission table.
   */
  runByPath(input: RunPath, selection: RunSelection, scopeKind: ScopeKind = 'usage'): Promise<TaskRunRecord> {
    return this.#runAt(input, selection, { scopeKind });
  }

  /**
   * Returns a run without its payload, whether or not the caller may read that. Always takes one statement.
   * @throws GatewayError as {@link runByPath}
   */
  async usageByPath(input: RunPath, selection: RunSelection): Promise<TaskRunRecord> {
    const { budget, caller } = this;
    const path = parseRunPath(input);
    if (isOutsideConfinement(caller.confinement, path)) throw forbidden(path);
    const usage = withoutPayload(selection);
    const key: RunKey = {
      path,
      subject: caller.subject,
      userId: caller.userId,
      selection: usage,
      maxBytes: budget.bytes.maxBytes,
      scopeKind: 'usage',
      namesTask: false,
      isUsageOnly: true,
      withheldOf: () => ({ missing: null }),
    };
    const result = await readSingle((keys, of) => this.reader.readRuns(keys, of), key, budget);
    if (result.decision === 'found') this.relations.primeRun(result.run, usage.fieldGroups, result.relations);
    return toRun(result, path);
  }

  /**
   * Returns a run whose path is unknown, with the same decision as for its path. Requires one additional statement for
   * all runs requested in the same tick.
   * @throws GatewayError as {@link runByPath}; PERMISSION_CHECK_FAILED if the run does not exist
   */
  async runById(input: string, selection: RunSelection, scopeKind: ScopeKind = 'usage'): Promise<TaskRunRecord> {
    const id = parseResourceId('id', input);
    const path = await this.#pathById().load(id);
    // A missing run takes the same statements, so that nothing reveals whether a run exists.
    const run =
      path === null || isOutsideConfinement(this.caller.confinement, path)
        ? toRun(await this.#readAt({ orgId: id, projectId: id, taskId: id, id }, selection, { scopeKind }), { id })
        : toRun(await this.#readAt(path, selection, { scopeKind }), path);
    this.audit?.addRuns([run], selection);
    return run;
  }

  /**
   * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER; PERMISSION_CHECK_FAILED, including if the group does not exist
   */
  async reportingGroupById(input: string): Promise<ReportingGroupRecord> {
    const id = parseResourceId('id', input);
    const row = await this.#groupForSubjectById().load(id);
    if (!row?.group || !canReadReportingGroup(row.roles)) throw forbidden({ id }, 'reporting_group');
    return row.group;
  }

  /**
   * Returns a task's runs in the order of their ids. Each element is the run or error that `runByPath` would yield.
   * @throws GatewayError VALIDATION_FAILED for more than 100 ids, or 300 runs in one request.
   */
  async runsByIds(task: Omit<RunPath, 'id'>, ids: readonly string[], selection: RunSelection): Promise<RunOrError[]> {
    this.budget.counts.count(limits.runs, ids.length, ['ids']);
    assertIdCount('ids', ids);
    const runs = ids.map((id) => this.#runAt({ ...task, id }, selection, { scopeKind: 'usage', idArgument: 'ids' }));
    const results = await Promise.allSettled(runs);
    return results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error)));
  }

  /**
   * Decides which runs under a path a field reads. The facts are looked up once for all requests for the path.
   * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER, PERMISSION_CHECK_FAILED or TASK_RUN_NOT_FOUND, as for a run
   */
  async scopeOf(input: ScopeInput, scopeKind: ScopeKind): Promise<CallerScope> {
    const { budget, caller } = this;
    const path = parseScopePath(input);
    assertScopeAllowed(caller, path);
    const facts =
      path.projectId === null
        ? await this.#accessByOrganization()(path.orgId)
        : await this.#accessByScope().load({ path, subject: caller.subject });
    return decideChargedScope(budget.cost, caller, path, facts, scopeKind);
  }

  /** Returns the filter with its conditions on new kinds of failures replaced by conditions on the kinds. */
  resolveFilter(scope: RunScope, filter: RunFilter): Promise<RunFilter> {
    return this.reader.resolveFilter(scope, filter, this.budget);
  }

  /** Returns when a kind of failure was first seen under a path, among the runs whose payload the caller sees. */
  firstSeen(path: ScopePath, kind: string): Promise<string | null> {
    return this.#firstFailuresByPath()(path).load(kind);
  }

  /** Returns null for a run that has no group, or whose group was deleted after the run was read. */
  reportingGroupOf({ reportingGroupId }: TaskRunRecord): Promise<ReportingGroupRecord | null> | null {
    return reportingGroupId === null ? null : this.relations.reportingGroupById.load(reportingGroupId);
  }

  /** @throws GatewayError PERMISSION_CHECK_FAILED if the run's payload is withheld */
  filesOf(run: TaskRunRecord): Promise<readonly TaskRunFileRecord[]> {
    if (run.withheld) {
      const { orgId, projectId, taskId, id } = run;
      throw payloadForbidden({ orgId, projectId, taskId, id }, run.withheld);
    }
    this.audit?.addFiles([run]);
    return this.relations.filesByRun.load(run);
  }

  async #runAt(
    input: RunPath,
    selection: RunSelection,
    { scopeKind, idArgument }: { readonly scopeKind: ScopeKind; readonly idArgument?: string },
  ): Promise<TaskRunRecord> {
    const path = parseRunPath(input, idArgument);
    if (isOutsideConfinement(this.caller.confinement, path)) throw forbidden(path);
    const run = toRun(await this.#readAt(path, selection, { scopeKind, namesTask: true }), path, path.taskId);
    this.audit?.addRuns([run], selection);
    return run;
  }

  #readAt(
    path: RunPath,
    selection: RunSelection,
    { scopeKind, namesTask = false }: { readonly scopeKind: ScopeKind; readonly namesTask?: boolean },
  ): Promise<RunReadResult> {
    const { budget, caller } = this;
    if (selection.pointers.length > 0) budget.counts.count(limits.pointers, selection.pointers.length);
    const { subject, userId } = caller;
    return this.#resultByPath.load({
      path,
      subject,
      userId,
      selection,
      maxBytes: budget.bytes.maxBytes,
      scopeKind,
      namesTask,
    });
  }

  async #readDeduplicated(keys: readonly RunKey[]): Promise<readonly (RunReadResult | Error)[]> {
    const merged = mergeDuplicates(keys, ({ path }) => path.id, mergeKeys);
    const results = await this.reader.readRuns(merged.keys, this.budget);
    for (const [index, result] of results.entries()) {
      if (result instanceof Error || result.decision !== 'found') continue;
      this.relations.primeRun(result.run, merged.keys[index]!.selection.fieldGroups, result.relations);
    }
    return merged.expand(results);
  }

  #readGroupsForSubject(ids: readonly string[]): Promise<readonly GroupRow[]> {
    const { subject, confinement } = this.caller;
    return this.reader.readGroupsForSubject({ ids, subject, confinement }, this.budget);
  }

  #readOrganizationAccess(orgId: string): Promise<OrganizationAccess> {
    const { subject, confinement } = this.caller;
    return this.reader.readOrganizationScope({ orgId, subject, confinement }, this.budget);
  }

  #createFirstFailureLoader(path: ScopePath): DataLoader<string, string | null> {
    return new DataLoader(async (kinds) => {
      const scope = await this.scopeOf(path, 'payload');
      const rows = await this.reader.readFirstFailures({ scope, kinds }, this.budget);
      const firstSeen = new Map(rows.map((row) => [row.kind, row.firstSeen]));
      return kinds.map((kind) => firstSeen.get(kind) ?? null);
    });
  }

  #createAccessLoader(): DataLoader<ScopeKey, readonly TaskAccess[], string> {
    return new DataLoader<ScopeKey, readonly TaskAccess[], string>(
      (keys) => this.reader.readScopes(keys, this.budget),
      {
        cacheKeyFn: ({ path }) => pathName(path),
        // An operation's lists are merged first, which takes a tick. Statistics wait for the lists' scopes.
        batchScheduleFn: (dispatch) => queueMicrotask(() => process.nextTick(() => process.nextTick(dispatch))),
      },
    );
  }
}

function pathName({ orgId, projectId, taskId }: ScopePath): string {
  return `${orgId} ${projectId} ${taskId}`;
}

/**
 * @param target for the log
 * @param taskId for the error about a missing role; omitted if the caller did not name the task, because naming it
 * would reveal that the run exists, and in which task
 * @throws GatewayError PERMISSION_CHECK_FAILED or TASK_RUN_NOT_FOUND
 */
function toRun(result: RunReadResult, target: ErrorTarget, taskId?: string): TaskRunRecord {
  switch (result.decision) {
    case 'forbidden':
      throw forbidden(
        target,
        'task_run',
        taskId !== undefined && result.missing !== null ? { resourceId: taskId, ...result.missing } : undefined,
      );
    case 'usage':
      throw payloadForbidden(target, { missing: taskId === undefined ? null : result.missing });
    case 'not found':
      throw new GatewayError('TASK_RUN_NOT_FOUND');
    case 'found':
      return result.run;
  }
}

function mergeKeys(one: RunKey, other: RunKey): RunKey | null {
  const isSame =
    runPathNames.every((name) => one.path[name] === other.path[name]) &&
    one.scopeKind === other.scopeKind &&
    one.namesTask === other.namesTask;
  return isSame ? { ...one, selection: mergeSelections(one.selection, other.selection) } : null;
}

/** Returns the row for each id, in order, with null for missing rows. */
function rowsById<Row>(
  readRows: (ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): (ids: readonly string[]) => Promise<(Row | null)[]> {
  return async (ids) => {
    const rows = await readRows(ids);
    const byId = new Map(rows.map((row) => [idOf(row), row]));
    return ids.map((id) => byId.get(id) ?? null);
  };
}
