// From the selection of statistics, which is a tree of splits, to the flat list of groupings that a statement computes.

import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { type Dimension, dimensionName } from './dimensions.js';
import type { Measure, Timing } from './measures.js';

/** What is selected of a set of runs, and of the smaller sets it is split into. */
export interface StatisticsSelection {
  readonly measures: readonly Measure[];
  /** Timings whose percentiles are selected. */
  readonly percentiles: readonly Timing[];
  readonly splits: readonly SplitSelection[];
}

/** What is selected of a scope's runs. */
export interface RootStatisticsSelection extends StatisticsSelection {
  /** The number of selected fields, aliases included: the maximum that is returned for a group or bucket. */
  readonly fields: number;
}

export interface SplitSelection {
  readonly dimension: Dimension;
  readonly statistics: StatisticsSelection;
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
}

const maxGroupings = limits.groupings.value;

/** @throws GatewayError VALIDATION_FAILED for more than 16 different groupings. */
export function toGroupings(selection: StatisticsSelection): Groupings {
  const byName = new Map<string, { path: Dimension[]; percentiles: Set<Timing> }>();
  const measures = new Set<Measure>(['runs']);
  const collect = (statistics: StatisticsSelection, path: Dimension[]): void => {
    const name = path.map(dimensionName).join();
    const grouping = byName.get(name) ?? { path, percentiles: new Set() };
    byName.set(name, grouping);
    if (byName.size > maxGroupings) {
      throw validationFailed(['buckets'], `must not split the runs in more than ${maxGroupings} different ways`);
    }
    for (const measure of statistics.measures) measures.add(measure);
    for (const timing of statistics.percentiles) grouping.percentiles.add(timing);
    for (const split of statistics.splits) collect(split.statistics, [...path, split.dimension]);
  };
  collect(selection, []);
  return { list: [...byName.values()], measures: [...measures] };
}
