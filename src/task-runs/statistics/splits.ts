// Ways to split a set of runs: into a dimension's first groups by some measure, into all groups, or into time buckets.

import { orNot, validationFailed } from '../../errors/validation.js';
import { formatCount } from '../../format-count.js';
import { parsePointer } from '../../json/parse-pointer.js';
import { limits } from '../../limits.js';
import { type ModelPointer, mustBePointer } from '../columns/json-pointer.js';
import { type Dimension, type DimensionName, dimensionName, dimensionRow, type GroupDimension } from './dimensions.js';

/** The measure behind each group order. */
const orders = {
  RUNS_DESC: 'runs',
  ERRORS_DESC: 'errors',
  FALLBACKS_DESC: 'fallbacks',
  RETRIES_DESC: 'retriesTotal',
  TOTAL_TOKENS_DESC: 'totalTokens',
  CHARGED_CREDITS_DESC: 'chargedCredits',
  LAST_CREATED_DESC: 'lastCreated',
  // Minus the number of runs in the previous period.
  RUNS_GROWTH_DESC: 'runs',
} as const;

export type GroupOrder = keyof typeof orders;
export type OrderMeasure = (typeof orders)[GroupOrder];

/** The first groups in some order. */
export interface Top {
  readonly orderBy: GroupOrder;
  readonly first: number;
}

export interface Split {
  readonly dimension: Dimension;
  /** The groups to include, or null for all buckets or for all groups with the largest ones first. */
  readonly top?: Top | null;
  /** Whether to include buckets without runs. */
  readonly withEmpty?: boolean;
}

/** The arguments of `groupBy`, as sent by clients. */
export interface GroupByInput {
  readonly dimension: DimensionName;
  readonly path?: string | null | undefined;
  readonly first?: number | undefined;
  readonly orderBy?: GroupOrder | undefined;
}

export interface GroupSplit extends Split {
  readonly dimension: GroupDimension;
  readonly top: Top;
}

const maxFirst = limits.groups.value;

/**
 * @param modelPointer location of the model in a run's JSON; null if not configured
 * @throws GatewayError VALIDATION_FAILED for `first` and `path`
 */
export function parseGroupBy(
  { dimension: by, path, first = limits.defaultGroups.value, orderBy = 'RUNS_DESC' }: GroupByInput,
  modelPointer: ModelPointer | null,
): GroupSplit {
  if (!(first >= 1 && first <= maxFirst)) {
    throw validationFailed(['groupBy', 'first'], `must be between 1 and ${formatCount(maxFirst)}${orNot(first)}`);
  }
  const hasPath = dimensionRow({ by }).source !== undefined;
  if (hasPath && path == null) throw validationFailed(['groupBy', 'path'], `is required to group by ${by}`, 'missing');
  if (!hasPath && path != null) throw validationFailed(['groupBy', 'path'], `must be omitted to group by ${by}`);
  if (path != null && parsePointer(path) === null) throw validationFailed(['groupBy', 'path'], mustBePointer);
  if (by !== 'MODEL') return { dimension: { by, ...(path != null && { path }) }, top: { orderBy, first } };
  if (modelPointer === null) {
    throw validationFailed(['groupBy', 'dimension'], 'requires the variable `MODEL_POINTER`, which is not set');
  }
  return { dimension: { by, modelPointer }, top: { orderBy, first } };
}

/** Returns a key that identifies a split of a set. */
export function splitName({ dimension, top }: Split): string {
  return JSON.stringify([dimensionName(dimension), top?.orderBy, top?.first]);
}

/** Whether a split's sets are ordered by comparison with the previous period. */
export function isByGrowth({ top }: Split): boolean {
  return top?.orderBy === 'RUNS_GROWTH_DESC';
}

export function measureOf({ orderBy }: Pick<Top, 'orderBy'>): OrderMeasure {
  return orders[orderBy];
}
