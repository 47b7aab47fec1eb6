// Reads rows as JSON written by the database, which preserves microseconds and decimal scale, unlike JavaScript types.

import { columnsOf, type EntityClass, type EntityColumn } from './entity-columns.js';
import { type Fragment, raw, sql } from './fragment.js';

/** Returns SQL for a JSON object with an entity's properties as keys. @param alias of the table in the statement */
export function jsonObject(entity: EntityClass, alias: string): string {
  const pairs = columnValues(entity, alias).map(([property, sql]) => `'${property}', ${sql}`);
  return `json_build_object(${pairs.join(', ')})`;
}

/** An array of values for each property, or `null` if there are no rows. */
export type JsonColumns<Row> = { readonly [Property in keyof Row]: readonly Row[Property][] | null };

/** Returns SQL that aggregates rows into {@link JsonColumns}, which costs far less than one object per row. */
export function jsonColumns(entity: EntityClass, alias: string): string {
  const pairs = columnValues(entity, alias).map(([property, sql]) => `'${property}', json_agg(${sql})`);
  return `json_build_object(${pairs.join(', ')})`;
}

/** Returns SQL that aggregates a small number of rows into an array of objects, or `null` if there are no rows. */
export function jsonRows(entity: EntityClass, alias: string): string {
  return `json_agg(${jsonObject(entity, alias)})`;
}

/** Returns the rows that {@link jsonColumns} or {@link jsonRows} aggregated, in their order. */
export function toRows<Row extends object>(
  columns: JsonColumns<Row> | readonly Row[] | null | undefined,
): readonly Row[] {
  if (isRows(columns)) return columns;
  const properties = Object.entries(columns ?? {}) as [string, readonly unknown[] | null][];
  return (properties[0]?.[1] ?? []).map((_, index) => {
    const row: Record<string, unknown> = {};
    for (const [property, values] of properties) row[property] = values![index];
    return row as Row;
  });
}

function isRows<Row>(columns: JsonColumns<Row> | readonly Row[] | null | undefined): columns is readonly Row[] {
  return Array.isArray(columns);
}

/** Returns each column's property name and the SQL of its value. */
function columnValues(entity: EntityClass, alias: string): (readonly [property: string, sql: string])[] {
  return columnsOf(entity).map((column) => [
    column.propertyName,
    columnValue(column, raw(`${alias}.${column.databaseName}`)).sql,
  ]);
}

/** Returns a column's value in the form that its property has in JSON. */
export function columnValue(column: EntityColumn, stored: Fragment): Fragment {
  // JSON keeps all microseconds of this, at a fifth of the cost of `to_char`.
  if (column.type === 'timestamptz') return sql`${stored} AT TIME ZONE 'UTC'`;
  if (column.type === 'numeric') return sql`${stored}::text`;
  if (column.isNullable && column.default !== undefined) return sql`coalesce(${stored}, ${String(column.default)})`;
  return stored;
}
