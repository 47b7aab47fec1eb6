// Generated figures of two periods: of the same distribution or, in one task, revision or kind of failure, with a change.

import type { Figures, KindInTask, ReportFigures, TaskFigures } from '../../src/task-runs/reports/figures.js';
import { thresholdMargin } from '../../src/task-runs/reports/rules.js';
import type { Samples } from './random-samples.js';

export interface WorldChange {
  readonly part: 'task' | 'revision' | 'kind';
  readonly figure: 'rate' | 'p95';
}

export interface World {
  readonly figures: ReportFigures;
  /** The part of the figures that was changed. */
  readonly changed: { readonly taskId: string; readonly revisionId: string | null; readonly kind: string | null };
}

/** The distribution of a revision's runs. */
interface Source {
  readonly revisionId: string;
  /** The share of the task's runs. */
  readonly part: number;
  /** The probability of each kind of failure. */
  readonly kinds: readonly number[];
  readonly retried: number;
  readonly fallbacks: number;
  /** Durations are log-logistic. */
  readonly median: number;
  readonly spread: number;
  /** The mean of the credits, which are exponential. */
  readonly credits: number;
}

interface TaskSource {
  readonly taskId: string;
  readonly runs: number;
  readonly revisions: readonly Source[];
}

/** The runs of a revision in a period. */
interface Sample {
  readonly source: Source;
  readonly runs: number;
  readonly kinds: readonly number[];
  readonly retried: number;
  readonly fallbacks: number;
  /** The slowest runs, slowest first. */
  readonly slowest: Float64Array;
  readonly credits: number;
}

/** Every kind occurs in every task. */
const kindCount = 6;
/** In fewer runs, a change of a rate by five points may be chance. */
const minRunsOfChanged = 3500;
/** Faster runs do not matter for percentiles and thresholds. */
const slowestShare = 0.4;

export function createWorld(samples: Samples, change: WorldChange | null): World {
  const tasks = Array.from({ length: samples.integer(5, 200) }, (_, index) => createTask(samples, `task ${index}`));
  const large = tasks.filter(({ runs }) => runs >= minRunsOfChanged);
  if (change !== null && large.length === 0) return createWorld(samples, change);
  const changedTask = change && large[samples.integer(0, large.length - 1)]!;
  const changedKind = samples.integer(0, kindCount - 1);
  const drawn = tasks.map((task) => {
    const later = task.revisions.map((source, index) => {
      const isInPart = change?.part === 'kind' || (task === changedTask && (change?.part === 'task' || index === 0));
      return change !== null && isInPart ? changeSource(source, change, changedKind) : source;
    });
    return {
      taskId: task.taskId,
      before: drawPeriod(samples, task.runs, task.revisions),
      now: drawPeriod(samples, task.runs, later),
    };
  });
  return {
    figures: {
      tasks: drawn.map((task) => toTaskFigures(samples, task)),
      failures: toFailures(drawn),
      stopped: [],
    },
    changed: {
      taskId: changedTask?.taskId ?? '',
      revisionId: change?.part === 'revision' ? changedTask!.revisions[0]!.revisionId : null,
      kind: change?.part === 'kind' ? `kind ${changedKind}` : null,
    },
  };
}

function createTask(samples: Samples, taskId: string): TaskSource {
  const runs = samples.magnitude(20, 5000);
  const parts = samples.integer(0, 1) === 0 ? [0.5, 0.5] : [0.4, 0.3, 0.3];
  const rate = samples.magnitude(0.005, 0.2);
  const duration = { median: samples.magnitude(0.3, 30), spread: samples.between(0.2, 0.4) };
  const revisions = parts.map((part, index) => ({
    revisionId: `${taskId} ${index}`,
    part,
    kinds: Array<number>(kindCount).fill(rate / kindCount),
    retried: samples.between(0, 0.3),
    fallbacks: samples.between(0, 0.1),
    ...duration,
    credits: samples.magnitude(0.001, 1),
  }));
  return { taskId, runs, revisions };
}

/**
 * Doubles the rate of all failures or, in all tasks, of one kind, but adds at least five points, or multiplies the
 * durations by 1.5.
 */
function changeSource(source: Source, { part, figure }: WorldChange, changedKind: number): Source {
  if (figure === 'p95') return { ...source, median: source.median * 1.5 };
  const rise = Math.max(0.05, part === 'kind' ? source.kinds[changedKind]! : sum(source.kinds));
  const riseOf = (kind: number) => (part !== 'kind' ? rise / kindCount : kind === changedKind ? rise : 0);
  return { ...source, kinds: source.kinds.map((probability, kind) => probability + riseOf(kind)) };
}

function drawPeriod(samples: Samples, meanRuns: number, sources: readonly Source[]): Sample[] {
  let rest = Math.round(meanRuns * samples.between(0.8, 1.2));
  let restPart = 1;
  return sources.map((source) => {
    const runs = samples.binomial(rest, Math.min(1, source.part / restPart));
    rest -= runs;
    restPart -= source.part;
    return drawSample(samples, source, runs);
  });
}

function drawSample(samples: Samples, source: Source, runs: number): Sample {
  return {
    source,
    runs,
    kinds: source.kinds.map((probability) => samples.binomial(runs, probability)),
    retried: samples.binomial(runs, source.retried),
    fallbacks: samples.binomial(runs, source.fallbacks),
    slowest: drawSlowest(samples, source, runs),
    credits: runs === 0 ? 0 : source.credits * samples.exponentialSum(runs),
  };
}

/** Draws order statistics from the greatest down. */
function drawSlowest(samples: Samples, { median, spread }: Source, runs: number): Float64Array {
  const slowest = new Float64Array(Math.ceil(slowestShare * runs));
  let probability = 1;
  for (let index = 0; index < slowest.length; index += 1) {
    probability *= samples.between(0, 1) ** (1 / (runs - index));
    slowest[index] = median * (probability / (1 - probability)) ** spread;
  }
  return slowest;
}

interface Drawn {
  readonly taskId: string;
  readonly before: readonly Sample[];
  readonly now: readonly Sample[];
}

function toTaskFigures(samples: Samples, { taskId, before, now }: Drawn): TaskFigures {
  const slow = percentile95(before)! * thresholdMargin;
  const costly = (sum(before.map(({ credits }) => credits)) / sum(before.map(({ runs }) => runs))) * thresholdMargin;
  const revisionOf = (index: number) => {
    const periods = [before[index]!, now[index]!].map((sample) => toFigures(samples, sample, { slow, costly }));
    return { revisionId: before[index]!.source.revisionId, before: periods[0]!, now: periods[1]! };
  };
  const revisions = before.map((_, index) => revisionOf(index));
  return {
    taskId,
    thresholds: { slow, costly: String(costly) },
    before: total(
      revisions.map((revision) => revision.before),
      before,
    ),
    now: total(
      revisions.map((revision) => revision.now),
      now,
    ),
    revisions,
  };
}

function toFigures(
  samples: Samples,
  sample: Sample,
  thresholds: { readonly slow: number; readonly costly: number },
): Figures {
  const { runs, kinds, retried, fallbacks, credits, slowest, source } = sample;
  const costlyShare = Math.exp(-thresholds.costly / source.credits);
  return {
    runs,
    errors: sum(kinds),
    retried,
    fallbacks,
    measured: runs,
    p95: percentile95([sample]),
    credits,
    slow: slowest.findLastIndex((seconds) => seconds >= thresholds.slow) + 1,
    costly: samples.binomial(runs, costlyShare),
  };
}

function total(parts: readonly Figures[], of: readonly Sample[]): Figures {
  const names = ['runs', 'errors', 'retried', 'fallbacks', 'measured', 'credits', 'slow', 'costly'] as const;
  const sums = names.map((name) => [name, sum(parts.map((part) => part[name]))]);
  return { ...Object.fromEntries(sums), p95: percentile95(of) };
}

function toFailures(tasks: readonly Drawn[]): ReportFigures['failures'] {
  const runsOf = (period: 'now' | 'before') => sum(tasks.flatMap((task) => task[period].map(({ runs }) => runs)));
  const kinds = Array.from({ length: kindCount }, (_, kind) => {
    const parts = tasks.map(({ taskId, now, before }): KindInTask => {
      const revisions = now.map((sample, index) => ({
        revisionId: sample.source.revisionId,
        now: sample.kinds[kind]!,
        before: before[index]!.kinds[kind]!,
      }));
      return { taskId, revisions, ...sumPeriods(revisions) };
    });
    return { kind: `kind ${kind}`, isNew: false, tasks: parts, ...sumPeriods(parts) };
  });
  return { runs: { now: runsOf('now'), before: runsOf('before') }, kinds };
}

function sumPeriods(parts: readonly { readonly now: number; readonly before: number }[]) {
  return { now: sum(parts.map(({ now }) => now)), before: sum(parts.map(({ before }) => before)) };
}

/** Returns the 95th percentile of all samples, as PostgreSQL's percentile_disc does. */
function percentile95(samples: readonly Sample[]): number | null {
  const runs = sum(samples.map((sample) => sample.runs));
  const slowest = samples.length === 1 ? samples[0]!.slowest : merge(samples.map((sample) => sample.slowest));
  return slowest[runs - Math.ceil(0.95 * runs)] ?? null;
}

/** Merges lists in descending order. */
function merge(lists: readonly Float64Array[]): Float64Array {
  return Float64Array.from(lists.flatMap((list) => [...list]))
    .sort()
    .reverse();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
