import type { ReportingGroupRecord } from '../record/records.js';
import { readGroupRow } from '../record/run-relations.js';
import { type Dimension, dimensionName, isBuckets } from './dimensions.js';
import { groupingMaskOf } from './group-by.js';
import type { Groupings } from './groupings.js';
import { emptyFigures, type Figures, type Percentiles, percentiles, type Timing } from './measures.js';
import type { StatisticsRow } from './statement.js';
import { type Top, topName } from './top.js';

/** The statistics of a set of runs. Only what was selected is present. */
export interface RunStatistics {
  readonly figures: Figures;
  /** What the runs have in common in the dimension they were split by: an id, a text, or the time at which a bucket starts. */
  readonly value: string | null;
  /** Of a bucket; null: not selected. */
  readonly label: string | null;
  /** The reporting group that the value names; null where it names none. */
  readonly reportingGroup: ReportingGroupRecord | null;
  /** The same set in the period before; null: nothing was selected of it. */
  readonly previous: RunStatistics | null;
  /** null: nothing was measured. */
  percentilesOf(timing: Timing): Percentiles | null;
  /** The sets of runs that differ in a dimension; runs that are in no bucket are left out, and as selected, sets without a run. */
  splitBy(dimension: Dimension, options?: SplitOptions): RunStatistics[];
  /** The set that has a value in a dimension. */
  partOf(dimension: Dimension, value: string | null): RunStatistics;
}

export interface SplitOptions {
  readonly top?: Top | null | undefined;
  readonly withEmpty?: boolean | undefined;
}

type Cell = StatisticsRow['cells'][number];

/** The statement's cells as a tree: each is found under its parent, in the order in which they came. */
export function toRunStatistics(
  row: StatisticsRow,
  { list, measures, tops, series }: Groupings,
  dimensions: readonly Dimension[],
  previous: RunStatistics | null = null,
): RunStatistics {
  const names = dimensions.map(dimensionName);
  const indexOf = (dimension: Dimension) => names.indexOf(dimensionName(dimension));
  const lastIndexOf = new Map(
    list.map(({ path }) => [groupingMaskOf(path, dimensions), path.length === 0 ? -1 : indexOf(path.at(-1)!)]),
  );
  const cells = new Map<string, Cell>();
  const childValues = new Map<string, (string | null)[]>();
  for (const cell of row.cells) {
    const { groupingMask, values } = cell;
    cells.set(cellKeyOf(groupingMask, values), cell);
    const last = lastIndexOf.get(groupingMask)!;
    const key = cellKeyOf(groupingMask, withValue(values, last, null));
    const siblings = childValues.get(key);
    if (siblings) siblings.push(values[last] ?? null);
    else childValues.set(key, [values[last] ?? null]);
  }
  const percentilesAt = new Map(row.percentiles?.map((each) => [cellKeyOf(each.groupingMask, each.values), each]));
  const groups = new Map(row.groups?.map((group) => [group.id, readGroupRow(group)]));
  const topValues = new Map(tops.map((top, index) => [topName(top), row.tops![index] ?? []]));
  const seriesValues = new Map(series.map((each, index) => [dimensionName(each), row.series![index] ?? []]));
  const noFigures = emptyFigures(measures);

  const positionAt = (path: readonly Dimension[]): GroupingPosition => ({
    path,
    groupingMask: groupingMaskOf(path, dimensions),
    last: path.length === 0 ? -1 : indexOf(path.at(-1)!),
  });
  const valuesOf = (
    split: Dimension,
    position: GroupingPosition,
    values: Cell['values'],
    { top, withEmpty }: SplitOptions,
  ) => {
    if (top) return topValues.get(topName({ dimension: split, ...top }))!.slice(0, top.first);
    if (withEmpty) return seriesValues.get(dimensionName(split))!;
    const present = childValues.get(cellKeyOf(position.groupingMask, values)) ?? [];
    return isBuckets(split) ? present.filter((each) => each !== null) : present;
  };
  const toStatistics = (
    position: GroupingPosition,
    values: Cell['values'],
    previousStatistics: RunStatistics | null,
  ): RunStatistics => {
    const cellKey = cellKeyOf(position.groupingMask, values);
    const dimension = position.path.at(-1);
    const own = dimension === undefined ? null : values[position.last]!;
    const [value = null, label = null] = dimension && isBuckets(dimension) ? own!.split(' ') : [own];
    const partsOf = (split: Dimension, select: (child: GroupingPosition) => readonly (string | null)[]) => {
      const child = positionAt([...position.path, split]);
      return select(child).map((each) => {
        const previousPart = previousStatistics && !isBuckets(split) ? previousStatistics.partOf(split, each) : null;
        return toStatistics(child, withValue(values, child.last, each), previousPart);
      });
    };
    return {
      figures: cells.get(cellKey)?.figures ?? noFigures,
      value,
      label,
      reportingGroup: groups.get(value ?? '') ?? null,
      previous: previousStatistics,
      percentilesOf(timing) {
        const measured = percentilesAt.get(cellKey)?.[timing];
        if (!measured) return null;
        return Object.fromEntries(
          Object.keys(percentiles).map((name, index) => [name, measured[index]]),
        ) as Percentiles;
      },
      splitBy: (split, options = {}) => partsOf(split, (child) => valuesOf(split, child, values, options)),
      partOf: (split, each) => partsOf(split, () => [each])[0]!,
    };
  };
  const rootValues = dimensions.map(() => null);
  return toStatistics(positionAt([]), rootValues, previous);
}

/** A path in the tree. */
interface GroupingPosition {
  readonly path: readonly Dimension[];
  readonly groupingMask: string;
  /** Of its last dimension among all. */
  readonly last: number;
}

/** How many sets of runs the tree has: cells, and those of series without one. */
export function countSets(
  { cells, series: values }: StatisticsRow,
  { list, series }: Groupings,
  dimensions: readonly Dimension[],
): number {
  const countOf = (path: readonly Dimension[]) => {
    const id = groupingMaskOf(path, dimensions);
    return cells.filter(({ groupingMask }) => groupingMask === id).length;
  };
  const emptySets = series.flatMap((buckets, index) =>
    list
      .filter(({ path }) => path.length > 0 && dimensionName(path.at(-1)!) === dimensionName(buckets))
      .map(({ path }) => countOf(path.slice(0, -1)) * (values![index]?.length ?? 0) - countOf(path)),
  );
  return emptySets.reduce((sum, each) => sum + Math.max(0, each), cells.length);
}

/** No two sets have the same: no text of PostgreSQL has a NUL, and the empty one is not null. */
function cellKeyOf(groupingMask: string, values: Cell['values']): string {
  return `${groupingMask} ${values.map((value) => (value === null ? '' : `=${value}`)).join('\0')}`;
}

function withValue(values: Cell['values'], index: number, value: string | null): Cell['values'] {
  return values.map((each, at) => (at === index ? value : each));
}
