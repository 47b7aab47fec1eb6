// The report of a caller: what has changed in a period, by rules. Reads the statistics of both periods, the kinds of
// failures and two statements more.

import type { RequestBudget } from '../../admission/request-budget.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import type { MaybePromise } from '../../maybe-promise.js';
import type { ScopePath } from '../columns/run-path.js';
import type { ResourceService } from '../resources/resources.service.js';
import { type Period, previousPeriod } from '../statistics/previous-period.js';
import type { RunStatisticsService } from '../statistics/run-statistics.service.js';
import type { RunStatistics } from '../statistics/statistics-tree.js';
import type { TaskRunService } from '../task-runs.service.js';
import { checkDateTime } from '../visibility/filter-row.js';
import { parseRunFilter, type RunFilterInput } from '../visibility/run-filter.js';
import { parseScopePath, type RunScope, type ScopeInput } from '../visibility/run-scope.js';
import type { AffectedRuns } from './affected-runs-statement.js';
import { type KindFigures, noFailures, type ReportFigures } from './figures.js';
import { type Change, findChanges } from './find-changes.js';
import type { ReportReader } from './report-reader.js';
import { minRuns } from './rise.js';
import { sentenceOf } from './rules.js';
import {
  activeHoursOf,
  countsOf,
  hourSelection,
  kindSelection,
  kindsOf,
  taskSelection,
  thresholdsOf,
  toKindFigures,
  toTaskFigures,
} from './selections.js';
import { startOfWeekBefore, wasAlwaysActive } from './stopped-tasks.js';

export interface ReportInput extends ScopeInput {
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
}

export interface FindingPlace {
  readonly projectId?: string;
  readonly taskId?: string;
  readonly taskName?: string;
  readonly taskRevisionId?: string;
  readonly taskRevisionName?: string;
  readonly failure?: string;
}

export interface Finding extends Pick<Change, 'rule' | 'now' | 'before' | 'runs'> {
  /** A sentence. */
  readonly what: string;
  readonly where: FindingPlace;
  /** The filter of the report's list that matches exactly the affected runs. */
  readonly filter: RunFilterInput;
}

export interface Report {
  readonly period: Period;
  readonly previous: Period;
  readonly findings: readonly Finding[];
}

/** The length of a report's period by default. */
const defaultLengthMs = 24 * 3_600_000;

/** Maximum number of tasks of which it is read whether they have stopped. */
const maxStoppedTasks = 50;

interface ReportServices {
  readonly statistics: RunStatisticsService;
  readonly taskRuns: TaskRunService;
  readonly resources: ResourceService;
  readonly budget: RequestBudget;
}

export class ReportService {
  constructor(
    private readonly reader: ReportReader,
    private readonly services: ReportServices,
  ) {}

  /**
   * Returns what has changed in the period, compared with the previous one.
   * @param admit admits the cost of reports about a period
   * @throws GatewayError as for statistics
   */
  async report(input: ReportInput, admit: (period: Period) => MaybePromise<void>): Promise<Report> {
    const path = parseScopePath(input);
    const period = this.periodOf(input);
    const previous = previousPeriod(period, ['createdAfter']);
    await admit(period);
    const scope = await this.services.taskRuns.scopeOf(path, 'usage');
    const [{ tasks, affected }, failures] = await Promise.all([
      this.#tasksIn(scope, period, previous),
      this.#failuresIn(path, period),
    ]);
    const changes = findChanges({ tasks, failures, stopped: await this.#findStopped(path, affected, period) });
    const findings = changes.map((change) => this.#toFinding(change, scope, { period, previous }));
    return { period, previous, findings: await Promise.all(findings) };
  }

  /**
   * Returns the period of a report: by default, 24 hours until `createdBefore`, or until now.
   * @throws GatewayError VALIDATION_FAILED naming `createdAfter` or `createdBefore`
   */
  periodOf({ createdAfter, createdBefore }: Omit<ReportInput, keyof ScopeInput>): Period {
    const { requestTime } = this.services.budget.deadline;
    const toTimestamp = (text: string, name: keyof Period) => checkDateTime(text, [name], requestTime);
    const end = toTimestamp(createdBefore ?? new Date(requestTime).toISOString(), 'createdBefore');
    const start = toTimestamp(
      createdAfter ?? new Date(Date.parse(end) - defaultLengthMs).toISOString(),
      'createdAfter',
    );
    if (start > end) throw validationFailed(['createdAfter'], 'must not be later than `createdBefore`');
    return { createdAfter: start, createdBefore: end };
  }

  #statisticsOf(path: ScopePath, filter: RunFilterInput, selection: typeof taskSelection): Promise<RunStatistics> {
    return this.services.statistics.statisticsOf({ ...path, filter }, { ...selection, fields: 1 });
  }

  async #tasksIn(scope: RunScope, period: Period, previous: Period) {
    const statistics = await this.#statisticsOf(scope.path, period, taskSelection);
    const thresholds = thresholdsOf(statistics);
    const { budget } = this.services;
    const filter = { ...previous, createdBefore: period.createdBefore };
    const affected = await this.reader.readAffectedRuns(
      {
        scope,
        filter: parseRunFilter(filter, budget.deadline.requestTime),
        since: period.createdAfter,
        thresholds,
        maxRows: limits.cells.value,
      },
      budget,
    );
    return { tasks: toTaskFigures(statistics, thresholds, affected), affected };
  }

  /** Returns the kinds of failures. Nothing is read, and recorded, if the caller sees no payload. */
  async #failuresIn(path: ScopePath, period: Period): Promise<ReportFigures['failures']> {
    const { allRunsTaskIds, ownRunsTaskIds } = await this.services.taskRuns.scopeOf(path, 'payload');
    if (allRunsTaskIds.length + ownRunsTaskIds.length === 0) return noFailures;
    const statistics = await this.#statisticsOf(path, period, kindSelection);
    const candidates = kindsOf(statistics).filter(({ before }) => before === 0);
    const firstSeen = await Promise.all(candidates.map(({ kind }) => this.services.taskRuns.firstSeen(path, kind)));
    const newKinds = new Set(
      candidates.filter((_, index) => (firstSeen[index] ?? '') >= period.createdAfter).map(({ kind }) => kind),
    );
    const kinds: KindFigures[] = toKindFigures(statistics, (kind) => newKinds.has(kind));
    return { runs: countsOf(statistics), kinds };
  }

  async #findStopped(
    path: ScopePath,
    affected: readonly AffectedRuns[],
    period: Period,
  ): Promise<ReportFigures['stopped']> {
    const candidates = tasksWithoutRuns(affected).slice(0, maxStoppedTasks);
    if (candidates.length === 0) return [];
    const periodMs = { from: Date.parse(period.createdAfter), to: Date.parse(period.createdBefore) };
    const filter = {
      taskIdIn: candidates.map(({ taskId }) => taskId),
      createdAfter: new Date(startOfWeekBefore(periodMs)).toISOString(),
      createdBefore: period.createdAfter,
    };
    const activeHours = activeHoursOf(await this.#statisticsOf(path, filter, hourSelection));
    return candidates.filter(({ taskId }) => wasAlwaysActive(activeHours.get(taskId) ?? [], periodMs));
  }

  async #toFinding(
    change: Change,
    { path, projectIdByTask }: RunScope,
    { period, previous }: Pick<Report, 'period' | 'previous'>,
  ): Promise<Finding> {
    const { rule, taskId, revisionId, isNewRevision, kind, now, before, runs, filter } = change;
    const [task, revisionName] = await Promise.all([
      taskId === null ? null : this.services.resources.find({ type: 'task', id: taskId }),
      revisionId === null
        ? null
        : this.services.resources.externalName({ orgId: path.orgId, kind: 'task_revision', id: revisionId }),
    ]);
    const projectId = path.projectId ?? (taskId === null ? undefined : projectIdByTask?.get(taskId));
    const revision = revisionId && `${isNewRevision ? 'new ' : ''}revision ${revisionName ?? revisionId}`;
    const subject = taskId && [task?.name ?? `task ${taskId}`, ...(revision ? [revision] : [])].join(', ');
    return {
      rule,
      what: sentenceOf(rule, { subject, kind, now, before }),
      now,
      before,
      runs,
      where: {
        ...(projectId !== undefined && { projectId }),
        ...(taskId !== null && { taskId, ...(task && { taskName: task.name }) }),
        ...(revisionId !== null && {
          taskRevisionId: revisionId,
          ...(revisionName !== null && { taskRevisionName: revisionName }),
        }),
        ...(kind !== null && { failure: kind }),
      },
      filter: { ...(rule === 'stopped' ? previous : period), ...filter },
    };
  }
}

/** Returns the tasks that have runs only in the previous period, those with most runs first. */
function tasksWithoutRuns(affected: readonly AffectedRuns[]) {
  const runsByTask = new Map<string, number>();
  for (const { taskId, runs } of affected) runsByTask.set(taskId, (runsByTask.get(taskId) ?? 0) + runs);
  for (const { taskId, isPrevious } of affected) if (!isPrevious) runsByTask.delete(taskId);
  return [...runsByTask]
    .map(([taskId, runs]) => ({ taskId, runs }))
    .filter(({ runs }) => runs >= minRuns)
    .sort((one, other) => other.runs - one.runs);
}
