// SQL for comparing and replacing rows, generated from the columns of entities.

import { columnsOf, type EntityClass, type EntityColumn } from '../database/entity-columns.js';

/** Returns the list of an entity's columns. */
export function columnList(entity: EntityClass, alias?: string): string {
  return columnsOf(entity)
    .map(({ databaseName }) => `${alias === undefined ? '' : `${alias}.`}"${databaseName}"`)
    .join(', ');
}

/**
 * Returns SQL for a row as the APIs show it, for comparison with `*=`. That operator compares byte by byte, because 1.0
 * equals 1.00 in `numeric` and `jsonb`, but is shown differently.
 */
export function displayedRow(entity: EntityClass, alias: string): string {
  return `ROW(${columnsOf(entity)
    .map((column) => displayedValue(column, `${alias}."${column.databaseName}"`))
    .join(', ')})::record`;
}

function displayedValue({ type, isNullable, default: fallback }: EntityColumn, value: string): string {
  if (!isNullable) return value;
  if (type === 'jsonb') return `nullif(${value}, 'null')`;
  return fallback === undefined ? value : `coalesce(${value}, ${String(fallback)})`;
}

/** Returns the end of an INSERT that replaces the row with the same id. */
export function upsertById(entity: EntityClass): string {
  const assignments = columnsOf(entity)
    .filter(({ databaseName }) => databaseName !== 'id')
    .map(({ databaseName }) => `"${databaseName}" = excluded."${databaseName}"`);
  return `ON CONFLICT (id) DO UPDATE SET ${assignments.join(', ')}`;
}
