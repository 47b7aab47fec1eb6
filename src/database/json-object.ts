// Rows as JSON that the database writes, which keeps what JS types would cut: microseconds and decimal scale.

import { columnsOf, type EntityClass, type EntityColumn } from './entity-columns.js';

/** SQL that builds one JSON object with an entity's properties as keys. `alias` is the table's alias in the statement. */
export function jsonObject(entity: EntityClass, alias: string): string {
  const pairs = columnValues(columnsOf(entity), alias).map(([property, sql]) => `'${property}', ${sql}`);
  return `json_build_object(${pairs.join(', ')})`;
}

/** Rows as one array for each of their properties; null where there are no rows. */
export type JsonColumns<Row> = { readonly [Property in keyof Row]: readonly Row[Property][] | null };

/** SQL that aggregates rows into {@link JsonColumns}, which is written far cheaper than an object for each row. */
export function jsonColumns(entity: EntityClass, alias: string): string {
  const pairs = columnValues(columnsOf(entity), alias).map(([property, sql]) => `'${property}', json_agg(${sql})`);
  return `json_build_object(${pairs.join(', ')})`;
}

/** SQL that aggregates a few rows into an array of objects; null where there are no rows. */
export function jsonRows(entity: EntityClass, alias: string): string {
  return `json_agg(${jsonObject(entity, alias)})`;
}

/** The rows that {@link jsonColumns} or {@link jsonRows} aggregated, in their order. */
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

/** Columns, each with the SQL of its value as it stands in {@link jsonObject}. */
export function columnValues(
  columns: readonly EntityColumn[],
  alias: string,
): (readonly [property: string, sql: string])[] {
  return columns.map((column) => [column.propertyName, columnValue(column, `${alias}.${column.databaseName}`)]);
}

function columnValue(column: EntityColumn, sql: string): string {
  // JSON has all its microseconds, for a fifth of what `to_char` costs.
  if (column.type === 'timestamptz') return `${sql} AT TIME ZONE 'UTC'`;
  if (column.type === 'numeric') return `${sql}::text`;
  // A stored null reads as the column's default.
  if (column.isNullable && column.default !== undefined) return `coalesce(${sql}, ${column.default})`;
  return sql;
}
