// The tops of a statement as SQL: which groups they consist of is decided first, and no others are measured further.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { type Dimension, dimensionName } from './dimensions.js';
import { groupingMaskOf, type Keys } from './group-by.js';
import type { Grouping, Groupings } from './groupings.js';
import { measureOf } from './top.js';

export interface Tops {
  /** SQL: common table expressions behind `partial`, each with a comma before it; empty for none. */
  readonly tables: string;
  /** SQL: a clause with a space before it, in a query grouped by these; empty where all groups are kept. */
  having(groupings: readonly Grouping[]): string;
  /** SQL: the values of each top, in its order, as a JSON array of arrays. */
  readonly values: string;
}

export function composeTops({ tops, fullySelectedDimensions }: Groupings, keys: Keys, add: SqlParameters['add']): Tops {
  const topsWithTables = tops.map((top, index) => ({ ...top, table: `top${index}`, key: keys.of(top.dimension) }));
  const tables = topsWithTables.map(({ table, key, first, ...top }) => {
    const measure = `coalesce(sum(partial."${measureOf({ ...top, first })}"), 0)`;
    return `,\n${table} AS MATERIALIZED (SELECT ${key} AS value FROM partial GROUP BY ${key} ORDER BY ${measure} DESC, ${key} LIMIT ${add(first, 'integer')})`;
  });
  const isKept = (dimension: Dimension) =>
    topsWithTables
      .filter((top) => top.dimension === dimension)
      .map(
        ({ table, key }) =>
          `${key} IN (SELECT value FROM ${table}) OR (${key} IS NULL AND EXISTS (SELECT FROM ${table} WHERE value IS NULL))`,
      )
      .join(' OR ');
  const topOnlyDimensions = [...new Set(tops.map(({ dimension }) => dimension))].filter(
    (each) => !fullySelectedDimensions.has(dimensionName(each)),
  );
  return {
    tables: tables.join(''),
    having(groupings) {
      const conditions = topOnlyDimensions.flatMap((dimension) => {
        const ids = groupings
          .filter(({ path }) => path[0] === dimension)
          .map(({ path }) => `'${groupingMaskOf(path, keys.dimensions)}'`);
        if (ids.length === 0) return [];
        return [`(${keys.groupingMask(groupings)} NOT IN (${ids.join(', ')}) OR ${isKept(dimension)})`];
      });
      return conditions.length === 0 ? '' : ` HAVING ${conditions.join(' AND ')}`;
    },
    values: `json_build_array(${topsWithTables.map(({ table }) => `(SELECT json_agg(value) FROM ${table})`).join(', ')})`,
  };
}
