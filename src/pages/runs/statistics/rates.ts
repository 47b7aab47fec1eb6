import { countOf, formatDuration } from '../../shared/format/format-quantity.js';
import { minRuns } from './change.js';

/** Numbers of runs. */
export interface Outcomes {
  readonly runs: number;
  readonly errors: number;
}

/** A failure rate in percent from which it is a problem. */
const highRate = 5;
/** Fewer failures can be chance. */
const minErrors = 3;

/** Returns the rate in percent, or `null` without runs. */
export function errorRateOf({ runs, errors }: Outcomes): number | null {
  return runs === 0 ? null : (errors / runs) * 100;
}

/** Returns the rate in percent, or `null` if the runs are too few for a comparison. */
export function comparableRateOf(outcomes: Outcomes): number | null {
  return outcomes.runs < minRuns ? null : errorRateOf(outcomes);
}

/** Returns text such as `8.3 %`, or `1 of 3 runs` if these are too few for a percentage. It is empty without runs. */
export function shareOf(outcomes: Outcomes): string {
  const { runs, errors } = outcomes;
  const rate = comparableRateOf(outcomes);
  if (rate !== null) return `${rate.toFixed(1)} %`;
  return runs === 0 ? '' : `${errors} of ${countOf(runs, 'run')}`;
}

/** Returns whether the rate is a problem, of enough runs and failures to be one. */
export function isHighRate(outcomes: Outcomes): boolean {
  return (comparableRateOf(outcomes) ?? 0) >= highRate && outcomes.errors >= minErrors;
}

/** Runs with their LLM calls. */
export interface Timed {
  readonly runs: number;
  readonly llmCallTiming: { readonly p95: number | null };
}

/** Returns the 95th percentile in seconds, or `null` if the runs are too few for one. */
export function p95Of({ runs, llmCallTiming }: Timed): number | null {
  return runs < minRuns ? null : llmCallTiming.p95;
}

/** Returns text such as `3.2 s`, `n = 3` if the runs are too few, or `none` without a measured duration. */
export function p95Text(measures: Timed): string {
  const p95 = p95Of(measures);
  if (p95 !== null) return formatDuration(p95);
  return measures.runs > 0 && measures.runs < minRuns ? `n = ${measures.runs}` : 'none';
}
