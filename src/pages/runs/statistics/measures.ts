// The measures of the page's tiles, each of which can be the measure of the chart.

import { exactSeconds, formatCount, formatCredits, roundCredits } from '../../shared/format/format-quantity.js';
import type { Measures } from '../operations.js';
import { comparableRateOf, p95Of, p95Text, shareOf } from './rates.js';

export interface Measure {
  /** The value of the parameter `measure`. */
  readonly name: string;
  readonly label: string;
  /** The title of the chart, with its unit. */
  readonly title: string;
  readonly textOf: (measures: Measures) => string;
  /** Returns the tooltip for a rounded text. */
  readonly exact?: (measures: Measures) => string | undefined;
  /** Returns the number to compare and to draw, or `null` if the runs are too few for it. */
  readonly read: (measures: Measures) => number | string | null;
  /** Whether it is a rate in percent. */
  readonly isRate?: boolean;
  readonly max?: number;
}

export const measures: readonly Measure[] = [
  {
    name: 'runs',
    label: 'Runs',
    title: 'Runs',
    textOf: ({ runs }) => formatCount(runs),
    read: ({ runs }) => runs,
  },
  {
    name: 'rate',
    label: 'Failure rate',
    title: 'Failure rate, %',
    textOf: (figures) => shareOf(figures) || 'none',
    read: comparableRateOf,
    isRate: true,
    max: 100,
  },
  {
    name: 'seconds',
    label: 'LLM call, p95',
    title: 'LLM call, seconds',
    textOf: p95Text,
    exact: (figures) => (p95Of(figures) === null ? undefined : exactSeconds(p95Of(figures)!)),
    read: p95Of,
  },
  {
    name: 'tokens',
    label: 'Tokens',
    title: 'Tokens',
    textOf: ({ totalTokens }) => formatCount(totalTokens),
    read: ({ totalTokens }) => totalTokens,
  },
  {
    name: 'credits',
    label: 'Credits',
    title: 'Credits',
    textOf: ({ chargedCredits }) => roundCredits(chargedCredits),
    exact: ({ chargedCredits }) => formatCredits(chargedCredits),
    read: ({ chargedCredits }) => chargedCredits,
  },
];

/** Returns the measure in the URL, by default the runs. */
export function measureOf(params: URLSearchParams): Measure {
  return measures.find(({ name }) => name === params.get('measure')) ?? measures[0]!;
}
