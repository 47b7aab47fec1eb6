import type { ReportingGroupRecord } from '../record/records.js';
import { readGroupRow } from '../record/run-relations.js';
import { type Dimension, dimensionName, isBuckets } from './dimensions.js';
import { groupingIdOf } from './group-by.js';
import type { Grouping } from './groupings.js';
import { type Figures, type Percentiles, percentiles, type Timing } from './measures.js';
import type { StatisticsRow } from './statement.js';

/** The statistics of a set of runs. Only what was selected is present. */
export interface RunStatistics {
  readonly figures: Figures;
  /** What the runs have in common in the dimension they were split by: an id, or the time at which a bucket starts. */
  readonly value: string | null;
  /** The reporting group that the value names; null where it names none. */
  readonly reportingGroup: ReportingGroupRecord | null;
  /** null: nothing was measured. */
  percentilesOf(timing: Timing): Percentiles | null;
  /** The sets of runs that differ in a dimension; those without a run are left out, and runs that are in no bucket. */
  splitBy(dimension: Dimension): RunStatistics[];
}

type Cell = StatisticsRow['cells'][number];

/** The statement's cells as a tree: each is found under its parent, in the order in which they came. */
export function toRunStatistics(
  row: StatisticsRow,
  groupings: readonly Grouping[],
  dimensions: readonly Dimension[],
): RunStatistics {
  const names = dimensions.map(dimensionName);
  const lastIndexOf = new Map(
    groupings.map(({ path }) => [
      groupingIdOf(path, dimensions),
      path.length === 0 ? -1 : names.indexOf(dimensionName(path.at(-1)!)),
    ]),
  );
  const cellKeyOf = (groupingId: string, values: Cell['values']) => `${groupingId} ${values.join(' ')}`;
  const parentsValues = ({ groupingId, values }: Cell) =>
    values.map((value, index) => (index === lastIndexOf.get(groupingId) ? null : value));
  const cellsBelow = new Map<string, Cell[]>();
  for (const cell of row.cells) {
    const cellKey = cellKeyOf(cell.groupingId, parentsValues(cell));
    const siblings = cellsBelow.get(cellKey);
    if (siblings) siblings.push(cell);
    else cellsBelow.set(cellKey, [cell]);
  }
  const percentilesAt = new Map(row.percentiles?.map((each) => [cellKeyOf(each.groupingId, each.values), each]));
  const groups = new Map(row.groups?.map((group) => [group.id, readGroupRow(group)]));

  const toStatistics = (path: readonly Dimension[], { groupingId, values, figures }: Cell): RunStatistics => {
    const value = values[lastIndexOf.get(groupingId)!] ?? null;
    return {
      figures,
      value,
      reportingGroup: groups.get(value ?? '') ?? null,
      percentilesOf(timing) {
        const measured = percentilesAt.get(cellKeyOf(groupingId, values))?.[timing];
        if (!measured) return null;
        return Object.fromEntries(
          Object.keys(percentiles).map((name, index) => [name, measured[index]]),
        ) as Percentiles;
      },
      splitBy(dimension) {
        const below = [...path, dimension];
        const cells = cellsBelow.get(cellKeyOf(groupingIdOf(below, dimensions), values)) ?? [];
        const statistics = cells.map((cell) => toStatistics(below, cell));
        return isBuckets(dimension) ? statistics.filter(({ value }) => value !== null) : statistics;
      },
    };
  };
  return toStatistics([], row.cells.find(({ groupingId }) => groupingId === groupingIdOf([], dimensions))!);
}
