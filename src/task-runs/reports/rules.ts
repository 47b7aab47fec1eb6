// The rules of the report, one row each. The table in docs/reports.md has the same rows, which a test asserts.

import type { RunFilterInput } from '../visibility/run-filter.js';
import type { Figures, Thresholds } from './figures.js';

/** A rule that compares the runs of a task, or of one revision of it, in two periods. */
export interface SetRule {
  /** The unit of `now` and `before`. */
  readonly unit: string;
  /** The runs that a finding counts. */
  readonly runs: string;
  readonly value: (figures: Figures) => number | null;
  readonly affected: (figures: Figures) => number;
  /** The runs of which a share is affected. */
  readonly of: (figures: Figures) => number;
  /** The filter that matches the affected runs. */
  readonly filterOf: (thresholds: Thresholds) => RunFilterInput;
  /** Minimum rise of the value itself, besides {@link minRatio}. */
  readonly minRise: number;
  /** Returns the end of the sentence that begins with the name of the task. */
  readonly sentence: (now: number, before: number) => string;
}

/** A rule that is not about the figures of a task. */
interface OtherRule {
  readonly unit: string;
  readonly runs: string;
}

/** Minimum ratio of the value to that of the previous period: smaller rises are not worth a sentence. */
export const minRatio = 1.25;

/** Thresholds are this much above what they were derived from, which sets runs of equal values apart. */
export const thresholdMargin = 1.1;

/** A share that rose by less than a point is not worth a sentence. */
const onePoint = 0.01;

const share = (affected: number, of: number) => (of === 0 ? null : affected / of);
const percent = (value: number) => `${Number((value * 100).toPrecision(2))}%`;
const number = (value: number) => String(Number(value.toPrecision(3)));

const shareRule = (
  name: 'errors' | 'retried' | 'fallbacks',
  filter: RunFilterInput,
  [runs, predicate]: readonly [runs: string, predicate: string],
): SetRule => ({
  unit: 'share of the runs',
  runs,
  value: (figures) => share(figures[name], figures.runs),
  affected: (figures) => figures[name],
  of: ({ runs: all }) => all,
  filterOf: () => filter,
  minRise: onePoint,
  sentence: (now, before) => `${percent(now)} of the runs ${predicate}, up from ${percent(before)}.`,
});

export const setRules = {
  failure_rate_rose: shareRule('errors', { status: 'FAIL' }, ['failed runs', 'failed']),
  p95_rose: {
    unit: "seconds of the LLM calls' 95th percentile",
    runs: 'runs whose LLM call took at least 1.1 times the previous 95th percentile of their task',
    value: ({ p95 }) => p95,
    affected: ({ slow }) => slow,
    of: ({ measured }) => measured,
    filterOf: ({ slow }) => ({ minLlmCallTiming: slow! }),
    minRise: 0,
    sentence: (now, before) => `the 95th percentile of LLM calls is ${number(now)} s, up from ${number(before)} s.`,
  },
  credits_rose: {
    unit: 'credits a run',
    runs: 'runs that cost at least 1.1 times the previous mean of their task',
    value: ({ credits, runs }) => share(credits, runs),
    affected: ({ costly }) => costly,
    of: ({ runs }) => runs,
    filterOf: ({ costly }) => ({ minChargedCredits: costly! }),
    minRise: 0,
    sentence: (now, before) => `a run costs ${number(now)} credits, up from ${number(before)}.`,
  },
  retries_rose: shareRule('retried', { minLlmRetries: 1 }, ['runs with a retry', 'were retried']),
  fallbacks_rose: shareRule('fallbacks', { usedFallbackModel: true }, [
    'runs of the fallback model',
    'used the fallback model',
  ]),
} as const satisfies Readonly<Record<string, SetRule>>;

export const otherRules = {
  failure_new: { unit: 'share of the runs', runs: 'runs that failed with this kind' },
  failure_grew: { unit: 'share of the runs', runs: 'runs that failed with this kind' },
  stopped: { unit: 'runs', runs: 'runs of the previous period' },
} as const satisfies Readonly<Record<string, OtherRule>>;

export type SetRuleName = keyof typeof setRules;
export type RuleName = SetRuleName | keyof typeof otherRules;

export const ruleNames = [...Object.keys(otherRules), ...Object.keys(setRules)] as readonly RuleName[];

/** Returns the sentence of a finding. @param subject the name of the task and revision, or null if it is about several */
export function sentenceOf(
  rule: RuleName,
  { subject, kind, now, before }: { subject: string | null; kind: string | null; now: number; before: number },
): string {
  const kindsSubject = subject === null ? 'A ' : `${subject}: a `;
  switch (rule) {
    case 'failure_new':
      return `${kindsSubject}new kind of failure in ${percent(now)} of all runs: ${kind}`;
    case 'failure_grew':
      return `${kindsSubject}kind of failure in ${percent(now)} of all runs, up from ${percent(before)}: ${kind}`;
    case 'stopped':
      return `${subject}: no runs, after ${before} in the previous period.`;
    default:
      return `${subject}: ${setRules[rule].sentence(now, before)}`;
  }
}
