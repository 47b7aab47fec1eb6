// What is measured of a set of runs. Each measure is computed for small parts of the runs first and then summed up over
// the parts, so that many splits need only one scan of the runs.

/** SQL: whether a number or a duration can be part of a sum; null where it is null. */
const isFiniteSql = (column: string) => `${column} > '-Infinity' AND ${column} < 'Infinity'`;

const counts = {
  runs: 'count(*)',
  errors: 'count(*) FILTER (WHERE run.is_error)',
  fallbacks: 'count(*) FILTER (WHERE run.used_fallback_model)',
  retries: 'sum(run.llm_retries)',
} as const;

/** Beyond the range or the precision of a JSON number: returned as text. */
const exactSums = {
  inputTokens: 'sum(run.input_tokens)',
  outputTokens: 'sum(run.output_tokens)',
  totalTokens: 'sum(run.total_tokens)',
  chargedCredits: `sum(run.charged_credits) FILTER (WHERE ${isFiniteSql('run.charged_credits')})`,
  retriesTotal: 'sum(run.llm_retries)',
} as const;

const timingColumns = {
  llmCallTiming: 'run.llm_call_timing',
  inputProcessorTiming: 'run.input_processor_timing',
} as const;

/** Quotients of two sums; null where there is nothing to divide by. */
const quotients = {
  errorRate: { of: counts.errors, per: counts.runs },
  tokensPerSecond: {
    of: `sum(run.output_tokens) FILTER (WHERE ${isFiniteSql(timingColumns.llmCallTiming)})`,
    per: `sum(run.llm_call_timing) FILTER (WHERE ${isFiniteSql(timingColumns.llmCallTiming)})`,
  },
  creditsPerSuccess: { of: exactSums.chargedCredits, per: 'count(*) FILTER (WHERE run.is_error IS NOT TRUE)' },
} as const;

export const percentiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

type Count = keyof typeof counts;
type ExactSum = keyof typeof exactSums;
export type Timing = keyof typeof timingColumns;
type Quotient = keyof typeof quotients;
export type Measure = Count | ExactSum | Timing | Quotient;

/** Seconds; null where nothing was measured. */
export interface TimingFigures {
  readonly count: number;
  readonly avg: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export type Percentiles = { readonly [Name in keyof typeof percentiles]: number };

/** The figures of a set of runs; those that were not selected are missing. */
export type Figures = { readonly runs: number } & { readonly [Name in Count]?: number } & {
  readonly [Name in ExactSum]?: string;
} & { readonly [Name in Timing]?: TimingFigures } & {
  /** Credits as text, in which no digit is lost. */
  readonly [Name in Quotient]?: (Name extends 'creditsPerSuccess' ? string : number) | null;
};

export function isMeasure(name: string): name is Measure {
  return name in counts || name in exactSums || isTiming(name) || isQuotient(name);
}

function isQuotient(name: string): name is Quotient {
  return name in quotients;
}

export function isTiming(name: string): name is Timing {
  return name in timingColumns;
}

/** SQL: columns that measure one part of the runs `run`. */
export function partialColumns(measures: readonly Measure[]): string[] {
  return measures.flatMap((measure) => {
    if (isQuotient(measure)) {
      const { of, per } = quotients[measure];
      return [`${of} AS "${measure}_of"`, `${per} AS "${measure}_per"`];
    }
    if (!isTiming(measure)) return `${{ ...counts, ...exactSums }[measure]} AS "${measure}"`;
    const column = timingColumns[measure];
    return ['count', 'sum', 'min', 'max'].map(
      (name) => `${name}(${column}) FILTER (WHERE ${isFiniteSql(column)}) AS "${measure}_${name}"`,
    );
  });
}

/** SQL: key and value pairs of a JSON object, over the runs `run`. */
export function percentilesOf(timings: Iterable<Timing>): string[] {
  const fractions = Object.values(percentiles).join(', ');
  return [...timings].map(
    (timing) =>
      `'${timing}', percentile_disc(ARRAY[${fractions}]) WITHIN GROUP (ORDER BY ${timingColumns[timing]}) FILTER (WHERE ${isFiniteSql(timingColumns[timing])})`,
  );
}

/** SQL: key and value pairs of a JSON object, summed up over the partial sums `partial`. */
export function figureSums(measures: readonly Measure[]): string[] {
  return measures.map((measure) => `'${measure}', ${sumSql(measure)}`);
}

/** The figures of no runs. */
export function emptyFigures(measures: readonly Measure[]): Figures {
  const zeroFigure = (measure: Measure) => {
    if (isTiming(measure)) return { count: 0, avg: null, min: null, max: null };
    if (isQuotient(measure)) return null;
    return measure in exactSums ? '0' : 0;
  };
  return Object.fromEntries(measures.map((measure) => [measure, zeroFigure(measure)])) as unknown as Figures;
}

function sumSql(measure: Measure): string {
  if (isTiming(measure)) return timing(measure);
  return isQuotient(measure) ? quotient(measure) : total(measure);
}

function total(measure: Count | ExactSum): string {
  return `coalesce(sum(partial."${measure}"), 0)${measure in exactSums ? '::text' : '::bigint'}`;
}

/** The last bits of a sum of doubles depend on the order of its terms; rounded to the nanosecond it does not. */
function timing(measure: Timing): string {
  const count = `sum(partial."${measure}_count")`;
  const average = `round((sum(partial."${measure}_sum") / nullif(${count}, 0))::numeric, 9)::double precision`;
  return `json_build_object('count', coalesce(${count}, 0)::bigint, 'avg', ${average}, 'min', min(partial."${measure}_min"), 'max', max(partial."${measure}_max"))`;
}

function quotient(measure: Quotient): string {
  const value = `round((coalesce(sum(partial."${measure}_of"), 0) / nullif(sum(partial."${measure}_per"), 0))::numeric, 9)`;
  return measure === 'creditsPerSuccess' ? `trim_scale(${value})::text` : `${value}::double precision`;
}
