// A viewer's own window on the runs, made anew for each request: the loaders in it batch, and nothing outlives them.

import DataLoader from 'dataloader';
import { canReadReportingGroup, roleOfRank } from '../access/policy.js';
import { isConfinedElsewhere, type Viewer } from '../access/viewer.js';
import { forbidden, GatewayError } from '../errors/gateway-error.js';
import { validationFailed } from '../errors/validation.js';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from './records.js';
import {
  createFilesByRun,
  createGroupForSubjectById,
  createReportingGroupById,
  createRunPathById,
} from './relation-loaders.js';
import type { RunSelection } from './run-parts.js';
import { parseResourceId, parseRunPath, type RunPath } from './run-path.js';
import type { RunAnswer, RunReader } from './run-reader.js';
import {
  type AskedScope,
  assertScopeAllowed,
  decideScope,
  parseScopePath,
  type RunScope,
  type ScopeFacts,
} from './run-scope.js';
import type { RunKey } from './run-statement.js';
import type { ScopeKey } from './scope-statement.js';

type MaybePromise<T> = T | Promise<T>;
type RunOrError = TaskRunRecord | Error;

const mostIds = 100;
const mostIdsInAll = 300;
/** A list may hold 100 runs of any size, and a statistic take seconds: an alias is written too easily. */
const mostScopes = 20;

export interface ViewerTaskRuns {
  /**
   * One run with at least what is selected. Paths asked for in the same tick are read by one statement.
   * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER, PERMISSION_CHECK_FAILED or TASK_RUN_NOT_FOUND, decided in the order of the
   * permission table.
   */
  runByPath(path: RunPath, selection: RunSelection): Promise<TaskRunRecord>;
  /**
   * One run whose path is not known, decided as by its path; one further statement for all that are asked in the same tick.
   * @throws GatewayError as {@link runByPath}; PERMISSION_CHECK_FAILED where there is no such run
   */
  runById(id: string, selection: RunSelection): Promise<TaskRunRecord>;
  /** @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER; PERMISSION_CHECK_FAILED, also where there is no such group */
  reportingGroupById(id: string): Promise<ReportingGroupRecord>;
  /**
   * Runs of one task in the order of their ids, each as `runByPath` would answer: the run, or the error in its place.
   * @throws GatewayError VALIDATION_FAILED for more than 100 ids, or 300 in one request.
   */
  runsByIds(task: Omit<RunPath, 'id'>, ids: readonly string[], selection: RunSelection): Promise<RunOrError[]>;
  /**
   * Which runs under a path the viewer sees; looked up once for all that ask for the path, unless `readFacts` looks.
   * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER, PERMISSION_CHECK_FAILED or TASK_RUN_NOT_FOUND, as for a run;
   * VALIDATION_FAILED for the 21st list or statistic of one request.
   */
  scopeOf(path: AskedScope, readFacts?: (key: ScopeKey) => Promise<readonly ScopeFacts[]>): Promise<RunScope>;
  /** Runs that were read without their relations are batched: one statement for all that are asked in the same tick. */
  reportingGroupOf(run: TaskRunRecord): MaybePromise<ReportingGroupRecord | null>;
  filesOf(run: TaskRunRecord): MaybePromise<readonly TaskRunFileRecord[]>;
}

/** @param tally counts the statements in which this window's reads take part. */
export function createViewerTaskRuns(reader: RunReader, viewer: Viewer, tally: { statements: number }): ViewerTaskRuns {
  // Two aliases of one run may select different parts, so answers are batched but not remembered by path.
  const answerByPath = new DataLoader<RunKey, RunAnswer>((keys) => counted(reader.readRuns(keys)), { cache: false });
  const factsByScope = madeWhenNeeded(
    () =>
      new DataLoader<ScopeKey, readonly ScopeFacts[], string>((keys) => counted(reader.readScopes(keys)), {
        cacheKeyFn: ({ path }) => `${path.orgId} ${path.projectId} ${path.taskId}`,
      }),
  );
  const reportingGroupById = madeWhenNeeded(() =>
    createReportingGroupById((ids) => counted(reader.readReportingGroups(ids))),
  );
  const pathById = madeWhenNeeded(() => createRunPathById((ids) => counted(reader.readRunPaths(ids))));
  const groupForSubjectById = madeWhenNeeded(() =>
    createGroupForSubjectById((ids) =>
      counted(reader.readGroupsForSubject(ids, viewer.subject, viewer.confinement.taskIds ?? null)),
    ),
  );
  const filesByRun = madeWhenNeeded(() => createFilesByRun((runIds) => counted(reader.readFiles(runIds))));
  // An operation's root fields are all asked in one tick; one that is executed again must not count twice.
  let scopesUnderWay = 0;
  let idsUnderWay = 0;

  return {
    runByPath: async (asked, selection) => runAt(parseRunPath(asked), selection),
    async runById(asked, selection) {
      const path = await pathById().load(parseResourceId('id', asked));
      // Whoever knows no path learns from nothing whether the run exists.
      if (path === null) throw forbidden();
      return runAt(path, selection);
    },
    async reportingGroupById(asked) {
      const row = await groupForSubjectById().load(parseResourceId('id', asked));
      // A token confined to tasks reaches the groups of their projects.
      const isReadable =
        row !== null &&
        !isConfinedElsewhere(viewer.confinement, {
          ...row,
          projectId: row.group.projectId,
          taskId: row.taskId ?? '',
        }) &&
        canReadReportingGroup(roleOfRank(row.rank));
      if (!isReadable) throw forbidden('reporting_group');
      return row.group;
    },
    async runsByIds(task, ids, selection) {
      idsUnderWay += ids.length;
      try {
        if (ids.length > mostIds || idsUnderWay > mostIdsInAll) {
          throw validationFailed(['ids'], `must hold at most ${mostIds} ids, and ${mostIdsInAll} in one operation`);
        }
        const runs = ids.map(async (id) => runAt(parseRunPath({ ...task, id }, 'ids'), selection));
        const results = await Promise.allSettled(runs);
        return results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error)));
      } finally {
        idsUnderWay -= ids.length;
      }
    },
    async scopeOf(asked, readFacts = (key) => factsByScope().load(key)) {
      const path = parseScopePath(asked);
      scopesUnderWay += 1;
      try {
        if (scopesUnderWay > mostScopes) {
          const most = `${mostScopes} lists and statistics at a time`;
          throw validationFailed(['query'], `must not ask for more than ${most}`, 'too_long');
        }
        assertScopeAllowed(viewer, path);
        return decideScope(viewer, path, await readFacts({ path, subject: viewer.subject }));
      } finally {
        scopesUnderWay -= 1;
      }
    },
    // What the run's own statement brought is there without a promise, which would cost more than all the rest.
    reportingGroupOf(run) {
      if (run.reportingGroup !== undefined) return run.reportingGroup;
      return run.reportingGroupId === null ? null : reportingGroupById().load(run.reportingGroupId);
    },
    filesOf: (run) => run.files ?? filesByRun().load(run),
  };

  async function runAt(path: RunPath, selection: RunSelection): Promise<TaskRunRecord> {
    if (isConfinedElsewhere(viewer.confinement, path)) throw forbidden();
    const answer = await answerByPath.load({ path, subject: viewer.subject, selection });
    switch (answer.decision) {
      case 'forbidden':
        throw forbidden();
      case 'not found':
        throw new GatewayError('TASK_RUN_NOT_FOUND');
      case 'found':
        return answer.run;
    }
  }

  function counted<T>(read: Promise<T>): Promise<T> {
    tally.statements += 1;
    return read;
  }
}

/** Most requests need one loader or none, and making them all is a good part of what such a request allocates. */
function madeWhenNeeded<Loader>(make: () => Loader): () => Loader {
  let loader: Loader | undefined;
  return () => {
    loader ??= make();
    return loader;
  };
}
