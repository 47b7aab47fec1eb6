// The measures of a set of runs. Each measure is first computed for small parts of the runs and then summed up over the
// parts, so that many splits need only one scan of the runs. Parts and sets of parts have the same columns.

import { timestampSql } from '../columns/timestamp.js';

/** Returns SQL for whether a duration can be summed without leaving the range of a double. */
const isSummableSql = (column: string) => `${column} > -1e100 AND ${column} < 1e100`;
/** Dividing by anything smaller would exceed the range of a double. */
const minDivisor = '1e-100';

const counts = {
  runs: 'count(*)',
  errors: 'count(*) FILTER (WHERE run.is_error)',
  fallbacks: 'count(*) FILTER (WHERE run.used_fallback_model)',
  retries: 'sum(run.llm_retries)',
} as const;

/** Sums that may exceed the range or precision of a JSON number and are therefore returned as text. */
const exactSums = {
  inputTokens: 'sum(run.input_tokens)',
  outputTokens: 'sum(run.output_tokens)',
  totalTokens: 'sum(run.total_tokens)',
  chargedCredits: 'sum(run.charged_credits)',
  retriesTotal: 'sum(run.llm_retries)',
} as const;

const timingColumns = {
  llmCallTiming: 'run.llm_call_timing',
  inputProcessorTiming: 'run.input_processor_timing',
} as const;

/** Quotients of two sums, null if the divisor is zero. */
const quotients = {
  errorRate: { of: counts.errors, per: counts.runs },
  tokensPerSecond: {
    of: `sum(run.output_tokens) FILTER (WHERE ${isSummableSql(timingColumns.llmCallTiming)})`,
    per: `sum(run.llm_call_timing) FILTER (WHERE ${isSummableSql(timingColumns.llmCallTiming)})`,
  },
  creditsPerSuccess: { of: exactSums.chargedCredits, per: 'count(*) FILTER (WHERE run.is_error IS NOT TRUE)' },
} as const;

/** The first and last time, null if there are no runs. */
const moments = { firstCreated: 'min', lastCreated: 'max' } as const;

export const percentiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

type Count = keyof typeof counts;
type ExactSum = keyof typeof exactSums;
export type Timing = keyof typeof timingColumns;
type Quotient = keyof typeof quotients;
type MomentMeasure = keyof typeof moments;
export type Measure = Count | ExactSum | Timing | Quotient | MomentMeasure;

/** Figures for a timing, in seconds; null if nothing was measured. */
export interface TimingFigures {
  readonly count: number;
  readonly avg: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export type Percentiles = { readonly [Name in keyof typeof percentiles]: number };

/** The selected figures of a set of runs. */
export type Figures = { readonly runs: number } & { readonly [Name in Count]?: number } & {
  readonly [Name in ExactSum]?: string;
} & { readonly [Name in Timing]?: TimingFigures } & {
  /** Credits are text, which keeps every digit. */
  readonly [Name in Quotient]?: (Name extends 'creditsPerSuccess' ? string : number) | null;
} & { readonly [Name in MomentMeasure]?: string | null };

export function isMeasure(name: string): name is Measure {
  return name in counts || name in exactSums || isTiming(name) || isQuotient(name) || isMoment(name);
}

function isQuotient(name: string): name is Quotient {
  return name in quotients;
}

function isMoment(name: string): name is MomentMeasure {
  return name in moments;
}

export function isTiming(name: string): name is Timing {
  return name in timingColumns;
}

interface Column {
  readonly name: string;
  /** SQL over the runs `run`. */
  readonly sql: string;
  /** The aggregate that combines parts. */
  readonly combine: 'sum' | 'min' | 'max';
}

function columnsOf(measure: Measure): Column[] {
  if (isQuotient(measure)) {
    const { of, per } = quotients[measure];
    return [
      { name: `${measure}_of`, sql: of, combine: 'sum' },
      { name: `${measure}_per`, sql: per, combine: 'sum' },
    ];
  }
  if (isMoment(measure)) {
    const combine = moments[measure];
    return [{ name: measure, sql: `${combine}(run.created)`, combine }];
  }
  if (!isTiming(measure)) return [{ name: measure, sql: { ...counts, ...exactSums }[measure], combine: 'sum' }];
  const column = timingColumns[measure];
  return (['count', 'sum', 'min', 'max'] as const).map((name) => ({
    name: `${measure}_${name}`,
    sql: `${name}(${column}) FILTER (WHERE ${isSummableSql(column)})`,
    combine: name === 'count' ? 'sum' : name,
  }));
}

/** Returns SQL for the columns that measure a part of the runs `run`. */
export function partialColumns(measures: readonly Measure[]): string[] {
  return measures.flatMap(columnsOf).map(({ name, sql }) => `${sql} AS "${name}"`);
}

/** Returns SQL for the columns of the combined parts `partial`. */
export function combinedColumns(measures: readonly Measure[]): string[] {
  return measures.flatMap(columnsOf).map(({ name, combine }) => `${combine}(partial."${name}") AS "${name}"`);
}

/** Returns SQL for one column per timing over the runs `run`, each an array in the order of `percentiles`. */
export function percentilesOf(timings: Iterable<Timing>): string[] {
  const fractions = Object.values(percentiles).join(', ');
  return [...timings].map(
    (timing) =>
      `percentile_disc(ARRAY[${fractions}]) WITHIN GROUP (ORDER BY ${timingColumns[timing]}) FILTER (WHERE ${isSummableSql(timingColumns[timing])}) AS "${timing}"`,
  );
}

/** Returns SQL for a JSON object with the figures from the columns of `combined`. */
export function figuresJson(measures: readonly Measure[]): string {
  return `json_build_object(${measures.map((measure) => `'${measure}', ${figureSql(measure)}`).join(', ')})`;
}

/** Returns SQL that orders sets by a measure, over its columns in `combined`. */
export function measureOrder(measure: Count | ExactSum | 'lastCreated'): string {
  return `coalesce(combined."${measure}", ${isMoment(measure) ? "'-infinity'" : '0'}) DESC`;
}

/** Returns the figures of an empty set. */
export function emptyFigures(measures: readonly Measure[]): Figures {
  const zeroFigure = (measure: Measure) => {
    if (isTiming(measure)) return { count: 0, avg: null, min: null, max: null };
    if (isQuotient(measure) || isMoment(measure)) return null;
    return measure in exactSums ? '0' : 0;
  };
  return Object.fromEntries(measures.map((measure) => [measure, zeroFigure(measure)])) as unknown as Figures;
}

function figureSql(measure: Measure): string {
  if (isTiming(measure)) return timing(measure);
  if (isMoment(measure)) return timestampSql(`combined."${measure}"`);
  return isQuotient(measure) ? quotient(measure) : total(measure);
}

function total(measure: Count | ExactSum): string {
  return `coalesce(combined."${measure}", 0)${measure in exactSums ? '::text' : '::bigint'}`;
}

/** Rounds to the nanosecond, because the last bits of a sum of doubles depend on the order of its terms. */
function timing(measure: Timing): string {
  const column = (name: string) => `combined."${measure}_${name}"`;
  const average = `round((${column('sum')} / nullif(${column('count')}, 0))::numeric, 9)::double precision`;
  return `json_build_object('count', coalesce(${column('count')}, 0)::bigint, 'avg', ${average}, 'min', ${column('min')}, 'max', ${column('max')})`;
}

function quotient(measure: Quotient): string {
  const [dividend, divisor] = [`coalesce(combined."${measure}_of", 0)::numeric`, `combined."${measure}_per"`];
  const value = `round((${dividend} / CASE WHEN abs(${divisor}) > ${minDivisor} THEN ${divisor} END)::numeric, 9)`;
  return measure === 'creditsPerSuccess' ? `trim_scale(${value})::text` : `${value}::double precision`;
}
