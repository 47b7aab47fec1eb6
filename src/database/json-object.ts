import type { EntityMetadata } from 'typeorm';

type Column = EntityMetadata['columns'][number];

/**
 * SQL that builds one JSON object with an entity's properties as keys, from TypeORM's metadata. One JSON column is
 * parsed far cheaper than a typed column each, and keeps what JS types would cut: microseconds and decimal scale.
 * `alias` is the table's alias in the statement, `isWanted` picks properties, `extra` adds keys.
 */
export function jsonObject(
  metadata: EntityMetadata,
  alias: string,
  isWanted: (property: string) => boolean = () => true,
  extra: Readonly<Record<string, string>> = {},
): string {
  const pairs = columnValues(metadata, alias, isWanted);
  return `json_build_object(${[...pairs, ...Object.entries(extra)].map(([key, sql]) => `'${key}', ${sql}`).join(', ')})`;
}

/** An entity's properties, each with the SQL of its value as it stands in {@link jsonObject}. */
export function columnValues(
  metadata: EntityMetadata,
  alias: string,
  isWanted: (property: string) => boolean,
): (readonly [property: string, sql: string])[] {
  return metadata.columns
    .filter(({ propertyName }) => isWanted(propertyName))
    .map((column) => [column.propertyName, columnValue(column, `${alias}.${column.databaseName}`)] as const);
}

function columnValue(column: Column, sql: string): string {
  if (column.type === 'timestamptz') return `to_char(${sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  if (column.type === 'numeric') return `${sql}::text`;
  // A stored null reads as the column's default.
  if (column.isNullable && column.default !== undefined) return `coalesce(${sql}, ${column.default})`;
  return sql;
}
