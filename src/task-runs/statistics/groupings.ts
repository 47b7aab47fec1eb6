// From the selection of statistics, which is a tree of splits, to the flat list of groupings that a statement computes.

import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import type { Buckets } from './buckets.js';
import { type Dimension, dimensionName, isBuckets } from './dimensions.js';
import type { Measure, Timing } from './measures.js';
import { measureOf, type Top, type TopOfDimension, topName } from './top.js';

/** What is selected of a set of runs, and of the smaller sets it is split into. */
export interface StatisticsSelection extends MeasuresSelection {
  readonly splits: readonly SplitSelection[];
  /** What is selected of the same set in the period before, if anything is. */
  readonly previous?: MeasuresSelection | undefined;
  /** Whether labels of buckets are selected. */
  readonly hasLabels?: boolean;
}

export interface MeasuresSelection {
  readonly measures: readonly Measure[];
  /** Timings whose percentiles are selected. */
  readonly percentiles: readonly Timing[];
}

/** What is selected of a scope's runs. */
export interface RootStatisticsSelection extends StatisticsSelection {
  /** The number of selected fields, aliases included: the maximum that is returned for a group or bucket. */
  readonly fields: number;
}

export interface SplitSelection {
  readonly dimension: Dimension;
  readonly statistics: StatisticsSelection;
  /** Only these groups: of a split of all runs. */
  readonly top?: Top | null;
  /** Of buckets: also those without runs. */
  readonly withEmpty?: boolean;
}

/** All runs grouped by the dimensions of a path in the tree; by none at its root. */
export interface Grouping {
  readonly path: readonly Dimension[];
  readonly percentiles: ReadonlySet<Timing>;
}

export interface Groupings {
  /** Each only once, and every one after that of its parent. */
  readonly list: readonly Grouping[];
  /** Everything that is measured somewhere; always the number of runs. */
  readonly measures: readonly Measure[];
  /** Each only once. */
  readonly tops: readonly TopOfDimension[];
  /** Names of dimensions by which all groups are selected somewhere, beside a top or without one. */
  readonly fullySelectedDimensions: ReadonlySet<string>;
  /** Buckets that are selected with the empty ones, each only once. */
  readonly series: readonly Buckets[];
  readonly hasLabels: boolean;
  /** Those of the period before; null: nothing is selected of it. */
  readonly previous: Groupings | null;
}

const maxGroupings = limits.groupings.value;

/** @throws GatewayError VALIDATION_FAILED for more than 16 different groupings. */
export function toGroupings(selection: StatisticsSelection): Groupings {
  const current = collectGroupings(selection);
  const previous = previousSelection(selection);
  return { ...current, previous: previous && collectGroupings(previous) };
}

function collectGroupings(selection: StatisticsSelection): Groupings {
  const groupingByName = new Map<string, { path: Dimension[]; percentiles: Set<Timing> }>();
  const measures = new Set<Measure>(['runs']);
  const tops = new Map<string, TopOfDimension>();
  const fullySelectedDimensions = new Set<string>();
  const series = new Map<string, Buckets>();
  let hasLabels = false;
  const collectSplit = ({ dimension, top, withEmpty, statistics }: SplitSelection, path: readonly Dimension[]) => {
    if (top) {
      const name = topName({ dimension, ...top });
      tops.set(name, { dimension, ...top, first: Math.max(top.first, tops.get(name)?.first ?? 0) });
      measures.add(measureOf(top));
    } else if (path.length === 0) {
      fullySelectedDimensions.add(dimensionName(dimension));
    }
    if (withEmpty && isBuckets(dimension)) series.set(dimensionName(dimension), dimension);
    collect(statistics, [...path, dimension]);
  };
  const collect = (statistics: StatisticsSelection, path: Dimension[]): void => {
    const name = path.map(dimensionName).join();
    const grouping = groupingByName.get(name) ?? { path, percentiles: new Set() };
    groupingByName.set(name, grouping);
    if (groupingByName.size > maxGroupings) {
      throw validationFailed(['buckets'], `must not split the runs in more than ${maxGroupings} different ways`);
    }
    hasLabels ||= statistics.hasLabels === true;
    for (const measure of statistics.measures) measures.add(measure);
    for (const timing of statistics.percentiles) grouping.percentiles.add(timing);
    for (const split of statistics.splits) collectSplit(split, path);
  };
  collect(selection, []);
  return {
    list: [...groupingByName.values()],
    measures: [...measures],
    tops: [...tops.values()],
    fullySelectedDimensions,
    series: [...series.values()],
    hasLabels,
    previous: null,
  };
}

/** What is selected of the period before as statistics of their own; null for nothing. */
function previousSelection({ previous, splits }: StatisticsSelection): StatisticsSelection | null {
  const below = splits.flatMap(({ dimension, statistics }) => {
    const selected = previousSelection(statistics);
    return selected ? [{ dimension, statistics: selected }] : [];
  });
  if (!previous && below.length === 0) return null;
  return { measures: [], percentiles: [], ...previous, splits: below };
}
