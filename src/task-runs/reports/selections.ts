// The statistics that a report reads, and the figures in them. The products of nested groups are within the limit of a
// statistic, so a report of any size succeeds: it covers the tasks, revisions and kinds with most runs.

import type { StatisticsSelection } from '../statistics/groupings.js';
import type { Split } from '../statistics/splits.js';
import type { MeasuredRuns, RunStatistics } from '../statistics/statistics-tree.js';
import type { AffectedRuns } from './affected-runs-statement.js';
import {
  type Compared,
  type Figures,
  type KindFigures,
  noFigures,
  type RevisionFigures,
  type TaskFigures,
  type Thresholds,
} from './figures.js';
import { thresholdMargin } from './rules.js';

const topBy = (by: 'TASK' | 'REVISION', first: number) =>
  ({ dimension: { by }, top: { orderBy: 'RUNS_DESC', first } }) as const satisfies Split;

const tasks = topBy('TASK', 400);
const revisions = topBy('REVISION', 20);
const kinds = {
  dimension: { by: 'FAILURE' },
  top: { orderBy: 'RUNS_GROWTH_DESC', first: 50 },
} as const satisfies Split;
const tasksOfKind = topBy('TASK', 20);
const revisionsOfKind = topBy('REVISION', 5);
const hours = { dimension: { by: 'HOUR', timeZone: 'UTC' } } as const satisfies Split;

const measured = {
  measures: ['runs', 'errors', 'fallbacks', 'chargedCredits', 'llmCallTiming'],
  percentiles: ['llmCallTiming'],
} as const;
const counted = { measures: ['runs'], percentiles: [] } as const;
const comparedFigures = { ...measured, previous: measured, splits: [] };
const comparedCounts = { ...counted, previous: counted, splits: [] };

export const taskSelection: StatisticsSelection = {
  ...counted,
  splits: [
    {
      ...tasks,
      statistics: { ...comparedFigures, splits: [{ ...revisions, statistics: comparedFigures }] },
    },
  ],
};

export const kindSelection: StatisticsSelection = {
  ...comparedCounts,
  splits: [
    {
      ...kinds,
      statistics: {
        ...comparedCounts,
        splits: [
          {
            ...tasksOfKind,
            statistics: { ...comparedCounts, splits: [{ ...revisionsOfKind, statistics: comparedCounts }] },
          },
        ],
      },
    },
  ],
};

export const hourSelection: StatisticsSelection = {
  ...counted,
  splits: [{ ...tasks, statistics: { ...counted, splits: [{ ...hours, statistics: { ...counted, splits: [] } }] } }],
};

/** Returns the thresholds for the runs of each task, derived from its previous period. */
export function thresholdsOf(statistics: RunStatistics): ReadonlyMap<string, Thresholds> {
  return new Map(
    statistics.splitBy(tasks).map(({ value, previous }) => {
      const { p95, credits, runs } = toFigures(previous!, undefined);
      return [
        value!,
        {
          ...(p95 !== null && p95 > 0 && { slow: Number((p95 * thresholdMargin).toPrecision(6)) }),
          ...(credits > 0 && { costly: ((credits / runs) * thresholdMargin).toFixed(9) }),
        },
      ] as const;
    }),
  );
}

export function toTaskFigures(
  statistics: RunStatistics,
  thresholds: ReadonlyMap<string, Thresholds>,
  affected: readonly AffectedRuns[],
): TaskFigures[] {
  const affectedBySet = new Map(
    affected.map((row) => [setName(row.taskId, row.revisionId, row.isPrevious), row] as const),
  );
  return statistics.splitBy(tasks).map((task) => {
    const taskId = task.value!;
    const revisionFigures = task.splitBy(revisions).map((revision): RevisionFigures => {
      const rowOf = (isPrevious: boolean) => affectedBySet.get(setName(taskId, revision.value!, isPrevious));
      return { revisionId: revision.value!, ...compare(revision, rowOf) };
    });
    const taskRows = affected.filter((row) => row.taskId === taskId);
    const rowOf = (isPrevious: boolean) => sumOf(taskRows.filter((row) => row.isPrevious === isPrevious));
    return { taskId, thresholds: thresholds.get(taskId)!, ...compare(task, rowOf), revisions: revisionFigures };
  });
}

/** @param isNew returns whether a kind was first seen in the period */
export function toKindFigures(statistics: RunStatistics, isNew: (kind: string) => boolean): KindFigures[] {
  return kindsOf(statistics).map(({ kind, set }) => ({
    kind,
    isNew: isNew(kind),
    ...countsOf(set),
    tasks: set.splitBy(tasksOfKind).map((task) => ({
      taskId: task.value!,
      ...countsOf(task),
      revisions: task
        .splitBy(revisionsOfKind)
        .map((revision) => ({ revisionId: revision.value!, ...countsOf(revision) })),
    })),
  }));
}

/** Returns the kinds of failures, with their runs. */
export function kindsOf(statistics: RunStatistics) {
  return statistics
    .splitBy(kinds)
    .flatMap((set) => (set.value === null ? [] : [{ kind: set.value, set, ...countsOf(set) }]));
}

export function countsOf({ figures, previous }: RunStatistics): Compared<number> {
  return { now: figures.runs, before: previous!.figures.runs };
}

/** Returns the starts of the hours in which each task had runs, in milliseconds since 1970. */
export function activeHoursOf(statistics: RunStatistics): ReadonlyMap<string, readonly number[]> {
  return new Map(
    statistics.splitBy(tasks).map((task) => [task.value!, task.splitBy(hours).map(({ value }) => Date.parse(value!))]),
  );
}

type Counted = Pick<AffectedRuns, 'retried' | 'slow' | 'costly'>;

function compare(set: RunStatistics, affectedOf: (isPrevious: boolean) => Counted | undefined): Compared<Figures> {
  return { now: toFigures(set, affectedOf(false)), before: toFigures(set.previous!, affectedOf(true)) };
}

function toFigures({ figures, percentilesOf }: MeasuredRuns, affected: Counted | undefined): Figures {
  const { runs, errors, fallbacks, chargedCredits, llmCallTiming } = figures;
  const { retried, slow, costly } = affected ?? noFigures;
  return {
    runs,
    errors: errors!,
    fallbacks: fallbacks!,
    credits: Number(chargedCredits),
    measured: llmCallTiming!.count,
    p95: percentilesOf('llmCallTiming')?.p95 ?? null,
    retried,
    slow,
    costly,
  };
}

function sumOf(rows: readonly AffectedRuns[]): Counted {
  const sum = (name: keyof Counted) => rows.reduce((total, row) => total + row[name], 0);
  return { retried: sum('retried'), slow: sum('slow'), costly: sum('costly') };
}

function setName(taskId: string, revisionId: string, isPrevious: boolean): string {
  return `${taskId} ${revisionId} ${isPrevious}`;
}
