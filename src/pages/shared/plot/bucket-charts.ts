// Buckets of statistics, in the form of `buckets` in `taskRunStats`, converted to charts. They contain only the
// selected fields.

import { type JsonTree, memberOf, plainText } from '../json/json-tree.js';
import type { ChartSeries, TimeChartProps } from './chart.js';

/** A list of buckets somewhere in a response. */
export interface BucketList {
  /** The path of the list, as in `taskRunStats.groupBy.0.buckets`. */
  readonly path: string;
  readonly buckets: readonly JsonTree[];
}

/** Returns all lists of objects with a `start`, in text order. */
export function findBuckets(tree: JsonTree | undefined, path: readonly string[] = []): readonly BucketList[] {
  if (tree === undefined || (tree.kind !== 'array' && tree.kind !== 'object')) return [];
  const items = tree.kind === 'array' ? tree.members.map(({ value }) => value) : [];
  const isBucket = (item: JsonTree) => memberOf(item, 'start')?.kind === 'string';
  if (items.length > 0 && items.every(isBucket)) return [{ path: path.join('.'), buckets: items }];
  return tree.members.flatMap(({ name, value }) => findBuckets(value, [...path, name]));
}

type Chart = Pick<TimeChartProps, 'title' | 'kind' | 'series' | 'times'>;

/** Returns charts for runs, each timing, credits and tokens, as far as the buckets contain them. */
export function chartsOf(buckets: readonly JsonTree[]): readonly Chart[] {
  const times = buckets.map((bucket) => Date.parse(plainText(memberOf(bucket, 'start')!)) / 1000);
  const read = (label: string, colour: ChartSeries['colour'], ...path: string[]): ChartSeries | undefined => {
    const found = buckets.map((bucket) => path.reduce<JsonTree | undefined>(memberOf, bucket));
    if (found.every((value) => value === undefined || value.kind === 'object')) return undefined;
    const texts = found.map((value) => (value === undefined || value.kind === 'null' ? '–' : plainText(value)));
    const values = texts.map((text) => (text === '–' ? null : Number(text)));
    return { label, colour, texts, values };
  };
  const chart = (title: string, kind: Chart['kind'], ...series: (ChartSeries | undefined)[]): readonly Chart[] => {
    const present = series.filter((chartSeries) => chartSeries !== undefined);
    return present.length > 0 ? [{ title, kind, times, series: present }] : [];
  };
  const timing = (title: string, name: string) =>
    chart(
      title,
      'band',
      read('p50', 'series-3', name, 'p50'),
      read('p90', 'ink-soft', name, 'p90'),
      read('p95', 'accent', name, 'p95'),
      read('p99', 'warn', name, 'p99'),
    );
  const [runs, errors] = [read('runs', 'accent', 'runs'), read('errors', 'bad', 'errors')];
  return [
    ...chart('Runs and errors', 'stack', errors, runs && errors ? without(runs, errors) : runs),
    ...timing('LLM call, seconds', 'llmCallTiming'),
    ...timing('Input processor, seconds', 'inputProcessorTiming'),
    ...chart('Charged credits', 'stack', read('credits', 'accent', 'chargedCredits')),
    ...chart('Tokens', 'stack', read('input', 'accent', 'inputTokens'), read('output', 'series-3', 'outputTokens')),
  ];
}

/** Errors are runs, too, so only the other runs are drawn on top of them. */
function without(runs: ChartSeries, errors: ChartSeries): ChartSeries {
  return { ...runs, values: runs.values.map((value, index) => (value ?? 0) - (errors.values[index] ?? 0)) };
}
