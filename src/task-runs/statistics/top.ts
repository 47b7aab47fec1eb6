// The groups of a split that have most of something, where there may be too many to return all.

import { orNot, validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { type Dimension, dimensionName, type SplitField, splits } from './dimensions.js';
import type { Measure } from './measures.js';

/** Measures that sum up: the groups together have what all runs have. */
const measures = {
  RUNS_DESC: 'runs',
  ERRORS_DESC: 'errors',
  FALLBACKS_DESC: 'fallbacks',
  RETRIES_DESC: 'retriesTotal',
  TOTAL_TOKENS_DESC: 'totalTokens',
  CHARGED_CREDITS_DESC: 'chargedCredits',
} as const satisfies Readonly<Record<string, Measure>>;

export type GroupOrder = keyof typeof measures;

export interface Top {
  readonly orderBy: GroupOrder;
  /** More than there may be, to return all. */
  readonly first: number;
}

/** As a client writes it. */
export interface TopInput {
  readonly first?: number | null | undefined;
  readonly orderBy?: GroupOrder | null | undefined;
}

const maxFirst = limits.pageSize.value;

/** null: all groups, most runs first. @throws GatewayError VALIDATION_FAILED for `first` */
export function parseTop(field: SplitField, { first, orderBy }: TopInput): Top | null {
  if (first != null && !(first >= 1 && first <= maxFirst)) {
    throw validationFailed([field, 'first'], `must be between 1 and ${maxFirst}${orNot(first)}`);
  }
  const isOpen = 'isOpen' in splits[field];
  if (!isOpen && first == null && orderBy == null) return null;
  const all = isOpen ? limits.defaultGroups.value : limits.cells.value + 1;
  return { orderBy: orderBy ?? 'RUNS_DESC', first: first ?? all };
}

/** Tops of one dimension and order, of which the longest includes the others. */
export interface TopOfDimension extends Top {
  readonly dimension: Dimension;
}

export function topName({ dimension, orderBy }: Pick<TopOfDimension, 'dimension' | 'orderBy'>): string {
  return `${dimensionName(dimension)} ${orderBy}`;
}

export function measureOf({ orderBy }: Top): Measure {
  return measures[orderBy];
}
