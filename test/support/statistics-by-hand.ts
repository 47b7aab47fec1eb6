// Statistics computed from the runs themselves, with exact arithmetic, for comparison with those of the database.

export interface MeasuredRun {
  readonly taskId: string;
  readonly taskRevisionId: string;
  readonly created: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly inputProcessorTiming: number | null;
  readonly llmCallTiming: number | null;
  readonly chargedCredits: string | null;
  readonly isError: boolean;
  readonly llmRetries: number;
  readonly usedFallbackModel: boolean;
  readonly fallbackLlmModelId: string | null;
  readonly reportingGroupId: string | null;
}

export function measure(runs: readonly MeasuredRun[]) {
  const total = (of: (run: MeasuredRun) => number) => runs.reduce((sum, run) => sum + BigInt(of(run)), 0n);
  return {
    runs: runs.length,
    errors: runs.filter(({ isError }) => isError).length,
    fallbacks: runs.filter(({ usedFallbackModel }) => usedFallbackModel).length,
    retries: Number(total(({ llmRetries }) => llmRetries)),
    inputTokens: total(({ inputTokens }) => inputTokens).toString(),
    outputTokens: total(({ outputTokens }) => outputTokens).toString(),
    totalTokens: total(({ totalTokens }) => totalTokens).toString(),
    chargedCredits: sumOfDecimals(present(runs.map(({ chargedCredits }) => chargedCredits))),
    llmCallTiming: distribution(present(runs.map(({ llmCallTiming }) => llmCallTiming))),
    inputProcessorTiming: distribution(present(runs.map(({ inputProcessorTiming }) => inputProcessorTiming))),
  };
}

/** Sorts by most runs, then by id, with those without an id last. */
export function splitBy<Split extends object>(
  runs: readonly MeasuredRun[],
  key: 'taskId' | 'taskRevisionId' | 'fallbackLlmModelId' | 'reportingGroupId',
  toSplit: (runs: readonly MeasuredRun[]) => Split,
) {
  return [...groupBy(runs, (run) => run[key]).entries()]
    .sort(([a, groupA], [b, groupB]) => groupB.length - groupA.length || ((a ?? 'none') < (b ?? 'none') ? -1 : 1))
    .map(([value, members]) => ({ value, ...toSplit(members) }));
}

export function bucketsOf(runs: readonly MeasuredRun[], by: 'HOUR' | 'DAY' | 'WEEK', timeZone: string) {
  return [...groupBy(runs, ({ created }) => startOfBucket(Date.parse(created), by, timeZone)).entries()]
    .sort(([a], [b]) => a - b)
    .map(([start, members]) => ({ start: new Date(start).toISOString().replace('Z', '000Z'), ...measure(members) }));
}

function startOfBucket(moment: number, by: 'HOUR' | 'DAY' | 'WEEK', timeZone: string): number {
  const hour = 3_600_000;
  const offset = offsetAt(moment, timeZone);
  const local = moment + offset;
  if (by === 'HOUR') return local - (local % hour) - offset;
  const midnight = local - (local % (24 * hour));
  const daysSinceMonday = by === 'DAY' ? 0 : (new Date(midnight).getUTCDay() + 6) % 7;
  const start = midnight - daysSinceMonday * 24 * hour;
  // The offset in force at that midnight, which may differ from the current one.
  return start - offsetAt(start - offset, timeZone);
}

/** Returns how many milliseconds the clocks of a time zone are ahead of UTC, according to Node.js. */
function offsetAt(moment: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(moment);
  const name = parts.find(({ type }) => type === 'timeZoneName')!.value;
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name)!;
  return hours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function distribution(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const percentile = (share: number) => sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? null;
  return {
    count: sorted.length,
    avg: sorted.length === 0 ? null : mean(sorted),
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
    p50: percentile(0.5),
    p90: percentile(0.9),
    p95: percentile(0.95),
    p99: percentile(0.99),
  };
}

/** Rounds half up to nine decimals. */
function mean(values: readonly number[]): number {
  const { digits, scale } = addUp(values.map(String));
  const count = 2n * BigInt(values.length) * 10n ** BigInt(scale);
  return Number((2n * digits * 10n ** 9n + count / 2n) / count) / 1e9;
}

/** Formats a sum as PostgreSQL does, with as many decimals as the longest term. */
function sumOfDecimals(decimals: readonly string[]): string {
  const { digits, scale } = addUp(decimals);
  const text = digits.toString().padStart(scale + 1, '0');
  return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

function addUp(decimals: readonly string[]): { digits: bigint; scale: number } {
  const scaleOf = (text: string) => text.split('.')[1]?.length ?? 0;
  const scale = Math.max(0, ...decimals.map(scaleOf));
  const digits = decimals.map((text) => BigInt(text.replace('.', '') + '0'.repeat(scale - scaleOf(text))));
  return { digits: digits.reduce((sum, digit) => sum + digit, 0n), scale };
}

function groupBy<Key>(runs: readonly MeasuredRun[], keyOf: (run: MeasuredRun) => Key): Map<Key, MeasuredRun[]> {
  const groups = new Map<Key, MeasuredRun[]>();
  for (const run of runs) groups.set(keyOf(run), [...(groups.get(keyOf(run)) ?? []), run]);
  return groups;
}

function present<T>(values: readonly (T | null)[]): T[] {
  return values.filter((value) => value !== null);
}
