// Values of the database's JSON in the form that the APIs have. The checks of the tables limit them to those that an API
// can represent.

import { columnsOf, type EntityClass, type EntityColumn } from '../../database/entity-columns.js';
import { timestampOfJson } from './timestamp.js';

type ReadValue = (stored: string) => unknown;

/** Returns the reader for values of a column; undefined if all are returned unchanged. */
export function columnReader({ type }: EntityColumn): ReadValue | undefined {
  return type === 'timestamptz' ? timestampOfJson : undefined;
}

/** Returns a function that converts rows of the database's JSON in place. */
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
