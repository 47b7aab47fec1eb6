// Converts values from the database's JSON to the format used by the APIs. Check constraints limit them to values that
// an API can represent.

import { columnsOf, type EntityClass, type EntityColumn } from '../../database/entity-columns.js';
import { timestampOfJson } from './timestamp.js';

type ReadValue = (stored: string) => unknown;

/** Returns the reader for a column's values, or undefined if all values are returned unchanged. */
export function columnReader({ type }: EntityColumn): ReadValue | undefined {
  return type === 'timestamptz' ? timestampOfJson : undefined;
}

/** Returns a function that converts rows from the database's JSON in place. */
export function createRowReader<Row extends object>(entity: EntityClass): (row: Row) => Row {
  const readers = columnsOf(entity).flatMap((column) => {
    const read = columnReader(column);
    return read ? [[column.propertyName, read] as const] : [];
  });
  return (row) => {
    const values = row as Record<string, unknown>;
    for (const [property, read] of readers) values[property] = read(values[property] as string);
    return row;
  };
}
