// Converts a selection of statistics, which is a tree of splits, to the list of groupings that a statement computes.

import { validationFailed } from '../../errors/validation.js';
import { formatCount } from '../../format-count.js';
import { limits } from '../../limits.js';
import { isPayload, type ScopeKind } from '../columns/payload.js';
import type { Buckets } from './buckets.js';
import { dimensionName, isBuckets } from './dimensions.js';
import type { Measure, Timing } from './measures.js';
import { isByGrowth, measureOf, type Split, splitName } from './splits.js';

/** The selection for a set of runs and the sets that it is split into. */
export interface StatisticsSelection extends MeasuresSelection {
  readonly splits: readonly SplitSelection[];
  /** The selection for the same set in the previous period, if any. */
  readonly previous?: MeasuresSelection | undefined;
  /** Whether bucket labels are selected. */
  readonly hasLabels?: boolean;
  /** Whether the groups' JSON is selected. */
  readonly hasJson?: boolean;
}

export interface MeasuresSelection {
  readonly measures: readonly Measure[];
  /** Timings with selected percentiles. */
  readonly percentiles: readonly Timing[];
}

/** The selection for a scope's runs. */
export interface RootStatisticsSelection extends StatisticsSelection {
  /** Number of selected fields, including aliases: the maximum returned per group or bucket. */
  readonly fields: number;
}

export interface SplitSelection extends Split {
  readonly statistics: StatisticsSelection;
}

/** The sets into which a split divides each of its parent's sets or, at the root, the set of all runs. */
export interface Grouping {
  readonly index: number;
  /** The grouping that is split, or null for the root. */
  readonly parent: Grouping | null;
  /** The split that creates the sets, or null for the root. */
  readonly split: Split | null;
  readonly percentiles: ReadonlySet<Timing>;
  readonly hasJson: boolean;
  /** Percentiles of the same sets in the previous period, or null if nothing is selected there. */
  readonly previousPercentiles: ReadonlySet<Timing> | null;
}

export interface Groupings {
  /** All groupings, ordered by index. The root comes first, and every grouping follows its parent. */
  readonly list: readonly Grouping[];
  /** The measures in all selections, always including the number of runs. */
  readonly measures: readonly Measure[];
  /** The measures of the previous period, or null if nothing is selected there and no order compares with it. */
  readonly previousMeasures: readonly Measure[] | null;
  /** Whether any groups are ordered by growth. */
  readonly isByGrowth: boolean;
  /** Distinct buckets that are selected with empty ones. */
  readonly series: readonly Buckets[];
  readonly hasLabels: boolean;
}

interface MutableGrouping extends Grouping {
  readonly parent: MutableGrouping | null;
  readonly percentiles: Set<Timing>;
  hasJson: boolean;
  previousPercentiles: Set<Timing> | null;
}

const maxGroupings = limits.groupings.value;
const maxGroups = limits.cells.value;

/**
 * @throws GatewayError VALIDATION_FAILED for more than 16 different groupings, or nested ones with more than 10,000
 * groups
 */
export function toGroupings(selection: StatisticsSelection): Groupings {
  const list: MutableGrouping[] = [];
  const measures = new Set<Measure>(['runs']);
  let previousMeasures: Set<Measure> | null = null;
  const series = new Map<string, Buckets>();
  let hasLabels = false;

  const groupingOf = (parent: MutableGrouping | null, split: Split | null): MutableGrouping => {
    const known = list.find(
      (candidate) =>
        candidate.parent === parent && (split === null || splitName(candidate.split!) === splitName(split)),
    );
    if (known) return known;
    if (list.length === maxGroupings) {
      throw validationFailed(['buckets'], `must not group the runs in more than ${maxGroupings} different ways`);
    }
    const options = { percentiles: new Set<Timing>(), hasJson: false, previousPercentiles: null };
    const grouping: MutableGrouping = { index: list.length, parent, split, ...options };
    list.push(grouping);
    return grouping;
  };

  const collect = (statistics: StatisticsSelection, grouping: MutableGrouping, groups: number): void => {
    hasLabels ||= statistics.hasLabels === true;
    grouping.hasJson ||= statistics.hasJson === true;
    for (const measure of statistics.measures) measures.add(measure);
    for (const timing of statistics.percentiles) grouping.percentiles.add(timing);
    if (statistics.previous) {
      previousMeasures ??= new Set(['runs']);
      for (const measure of statistics.previous.measures) previousMeasures.add(measure);
      grouping.previousPercentiles ??= new Set();
      for (const timing of statistics.previous.percentiles) grouping.previousPercentiles.add(timing);
    }
    for (const { statistics: selected, ...split } of statistics.splits) {
      const { dimension, top, withEmpty } = split;
      const splitGroups = groups * (top?.first ?? 1);
      if (splitGroups > maxGroups) throw tooManyGroups(splitGroups);
      if (top) measures.add(measureOf(top));
      if (isByGrowth(split)) previousMeasures ??= new Set(['runs']);
      if (withEmpty && isBuckets(dimension)) series.set(dimensionName(dimension), dimension);
      collect(selected, groupingOf(grouping, split), splitGroups);
    }
  };
  collect(selection, groupingOf(null, null), 1);
  return {
    list,
    measures: [...measures],
    previousMeasures: previousMeasures && [...(previousMeasures as Set<Measure>)],
    isByGrowth: list.some(({ split }) => split !== null && isByGrowth(split)),
    series: [...series.values()],
    hasLabels,
  };
}

function tooManyGroups(groups: number) {
  const [max, given] = [maxGroups, groups].map(formatCount);
  return validationFailed(
    ['groupBy', 'first'],
    `must be lower: the product of nested values must be at most ${max}, not ${given}`,
  );
}

/** Returns which runs a report reads. If any grouping is about payload, it reads only runs with visible payload. */
export function scopeKindOfGroupings({ list }: Pick<Groupings, 'list'>): ScopeKind {
  const isAboutPayload = list.some(({ split }) => {
    if (split === null || isBuckets(split.dimension)) return false;
    return isPayload('dimensions', split.dimension.by);
  });
  return isAboutPayload ? 'payload' : 'usage';
}
