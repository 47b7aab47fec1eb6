import type { SqlParameters } from '../../database/sql-parameters.js';
import { type Dimension, dimensionAsText, dimensionName } from './dimensions.js';
import type { Grouping } from './groupings.js';

/** The dimensions of a statement as columns of it. */
export interface Keys {
  readonly dimensions: readonly Dimension[];
  /** Column names in the order of the dimensions. */
  readonly columns: readonly string[];
  of(dimension: Dimension): string;
  /** SQL: the clause, with a space before it; empty where there is nothing to group by. */
  groupBy(groupings: readonly Grouping[]): string;
  /** SQL: the grouping mask of a row, as `groupingMaskOf` has it, in a query grouped by these. */
  groupingMask(groupings: readonly Grouping[]): string;
  /** SQL: the members of the JSON object of a `CellKey`, in a query grouped by these. */
  cellKey(groupings: readonly Grouping[]): string;
}

/**
 * Only one of each dimension is taken.
 * @param hasLabels whether buckets have their labels beside their starts
 */
export function createKeys(dimensions: Iterable<Dimension>, hasLabels: boolean, add: SqlParameters['add']): Keys {
  const byName = new Map([...dimensions].map((each) => [dimensionName(each), each]));
  const names = [...byName.keys()];
  const columns = names.map((_, index) => `key${index}`);
  const of = (dimension: Dimension) => columns[names.indexOf(dimensionName(dimension))]!;
  const columnsUsedBy = (groupings: readonly Grouping[]) => new Set(groupings.flatMap(({ path }) => path.map(of)));
  const groupingMask = (groupings: readonly Grouping[]) => {
    const usedColumns = columnsUsedBy(groupings);
    const bits = columns.map((column) => (usedColumns.has(column) ? `GROUPING(${column})` : '1'));
    return `concat(${["''", ...bits].join(', ')})`;
  };
  return {
    dimensions: [...byName.values()],
    columns,
    of,
    groupBy(groupings) {
      const sets = groupings.map(({ path }) => path.map(of).join(', '));
      // A single set is no grouping set to the planner, which then may work in parallel.
      if (sets.length > 1) return ` GROUP BY GROUPING SETS (${sets.map((set) => `(${set})`).join(', ')})`;
      return sets[0] ? ` GROUP BY ${sets[0]}` : '';
    },
    groupingMask,
    cellKey(groupings) {
      const usedColumns = columnsUsedBy(groupings);
      const texts = [...byName.values()].map((each) =>
        usedColumns.has(of(each)) ? dimensionAsText(each, of(each), { hasLabels, add }) : 'NULL',
      );
      return `'groupingMask', ${groupingMask(groupings)}, 'values', json_build_array(${texts.join(', ')})`;
    },
  };
}

/** A digit for each dimension: 0 for those of the path, which are grouped by, as GROUPING() has it. */
export function groupingMaskOf(path: readonly Dimension[], dimensions: readonly Dimension[]): string {
  const names = new Set(path.map(dimensionName));
  return dimensions.map((dimension) => (names.has(dimensionName(dimension)) ? '0' : '1')).join('');
}
