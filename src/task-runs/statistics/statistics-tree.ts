import type { ReportingGroupRecord } from '../columns/records.js';
import { readGroupRow } from '../columns/run-relations.js';
import { type Dimension, dimensionName, isBuckets } from './dimensions.js';
import { rootId, type SetRow } from './grouping-tables.js';
import type { Grouping, Groupings } from './groupings.js';
import { emptyFigures, type Figures, type Percentiles, percentiles, type Timing } from './measures.js';
import { type Split, splitName } from './splits.js';
import type { StatisticsRow } from './statement.js';

/** The statistics of a set of runs, with only the selected members. */
export interface RunStatistics {
  readonly figures: Figures;
  /** The runs' value in the dimension of the split: an id, a string, or the start of a bucket. */
  readonly value: string | null;
  /** JSON text of the value at a path, or `!` and its length in bytes if it is too large. Undefined if not selected. */
  readonly json: string | undefined;
  /** Label of a bucket, or null if not selected. */
  readonly label: string | null;
  /** The reporting group with this value as its id, or null if the group has none. */
  readonly reportingGroup: ReportingGroupRecord | null;
  /** The same set in the previous period, or null if nothing was selected there. */
  readonly previous: MeasuredRuns | null;
  /** Returns null if nothing was measured. */
  percentilesOf(timing: Timing): Percentiles | null;
  /** Returns the sets of a selected split, without runs outside all buckets. */
  splitBy(split: Split): RunStatistics[];
}

/** The figures of a set without additional splits. */
export type MeasuredRuns = Pick<RunStatistics, 'figures' | 'percentilesOf'>;

type Row = NonNullable<StatisticsRow['sets'][number]>[number];

/** Converts the sets that the statement returned to a tree. */
export function toRunStatistics(
  row: StatisticsRow,
  { list, measures, previousMeasures, series }: Groupings,
): RunStatistics {
  const setsByParent = new Map<string, Row[]>();
  for (const [index, sets] of row.sets.entries()) {
    for (const set of sets ?? []) {
      const key = `${index} ${set.parent}`;
      const siblings = setsByParent.get(key);
      if (siblings) siblings.push(set);
      else setsByParent.set(key, [set]);
    }
  }
  const previousById = new Map(row.previous?.flatMap((sets) => sets ?? []).map((set) => [set.id, set.figures]));
  const groups = new Map(row.groups?.map((group) => [group.id, readGroupRow(group)]));
  const seriesValues = new Map(series.map((buckets, index) => [dimensionName(buckets), row.series[index] ?? []]));
  const measured = percentilesReader(row.percentiles);
  const previousMeasured = percentilesReader(row.previousPercentiles);
  const noFigures = emptyFigures(measures);
  const noPreviousFigures = emptyFigures(previousMeasures ?? []);

  const emptySet = (parent: number, value: string): SetRow & { readonly figures: Figures } => ({
    id: noId,
    parent,
    value,
    figures: noFigures,
  });
  const toStatistics = (grouping: Grouping, set: SetRow & { readonly figures: Figures }): RunStatistics => {
    const { id, figures, json } = set;
    const [value = null, label = null] = hasBuckets(grouping) ? set.value!.split(' ') : [set.value];
    return {
      figures,
      value,
      json,
      label,
      reportingGroup: groups.get(value ?? '') ?? null,
      previous: grouping.previousPercentiles && {
        figures: previousById.get(id) ?? noPreviousFigures,
        percentilesOf: (timing) => previousMeasured(id, timing),
      },
      percentilesOf: (timing) => measured(id, timing),
      splitBy(split) {
        const name = splitName(split);
        const part = list.find(({ parent, split: own }) => parent === grouping && splitName(own!) === name);
        if (!part) throw new Error(`The statistics were read without a split by ${name}.`);
        const sets = setsByParent.get(`${part.index} ${id}`) ?? [];
        if (!split.withEmpty) return sets.map((childSet) => toStatistics(part, childSet));
        const setByValue = new Map(sets.map((childSet) => [childSet.value, childSet]));
        return seriesValues
          .get(dimensionName(split.dimension))!
          .map((seriesValue) => toStatistics(part, setByValue.get(seriesValue) ?? emptySet(id, seriesValue)));
      },
    };
  };
  return toStatistics(list[0]!, { ...row.sets[0]![0]!, parent: rootId, value: null });
}

/** Id of a set without runs. */
const noId = -1;

function hasBuckets({ split }: Grouping): boolean {
  return split !== null && isBuckets(split.dimension);
}

function percentilesReader(rows: StatisticsRow['percentiles']) {
  const byId = new Map(rows?.map((row) => [row.id, row]));
  return (id: number, timing: Timing): Percentiles | null => {
    const values = byId.get(id)?.[timing];
    if (!values) return null;
    return Object.fromEntries(Object.keys(percentiles).map((name, index) => [name, values[index]])) as Percentiles;
  };
}

/** Returns the number of groups and buckets, including empty buckets of series. */
export function countSets({ sets, series: values }: StatisticsRow, { list, series }: Groupings): number {
  const countOf = ({ index }: Grouping) => sets[index]?.length ?? 0;
  const seriesLength = (dimension: Dimension) => {
    const index = series.findIndex((buckets) => dimensionName(buckets) === dimensionName(dimension));
    return index < 0 ? 0 : (values[index]?.length ?? 0);
  };
  return list.reduce((sum, grouping) => {
    const { parent, split } = grouping;
    if (!parent || !split) return sum;
    const withEmpty = isBuckets(split.dimension) ? countOf(parent) * seriesLength(split.dimension) : 0;
    return sum + Math.max(countOf(grouping), withEmpty);
  }, 0);
}
