// Values that the tables can hold, but that no API can represent. Each is replaced by an error, so that writing a
// response of any API fails at this value alone.

import { columnsOf, type EntityClass, type EntityColumn } from '../../database/entity-columns.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { decimal } from './decimal.js';
import { isDateTime, timestampOfJson } from './timestamp.js';

/** The error that replaces an unreadable value. GraphQL reports it at the path of the field. */
export class UnreadableValue extends GatewayError {
  /** @param cause identifies the value in the log */
  constructor(cause: string) {
    super('UNREADABLE_VALUE', {}, { cause: new Error(cause) });
  }

  toJSON(): never {
    throw this;
  }
}

type ReadValue = (stored: unknown, rowId: unknown) => unknown;

/** Converters of values from the database's JSON, by a column's type. They return undefined for an unreadable value. */
const presenters: Readonly<Record<string, (stored: never) => unknown>> = {
  timestamptz(stored: string) {
    const timestamp = timestampOfJson(stored);
    return isDateTime(timestamp) ? timestamp : undefined;
  },
  numeric: (stored: string) => (decimal.test(stored) ? stored : undefined),
  // JSON has only finite numbers. For others, the database writes their names.
  'double precision': (stored: number | string) => (typeof stored === 'string' ? undefined : stored),
  bigint: (stored: number) => (Number.isSafeInteger(stored) ? stored : undefined),
};

/** Returns the reader for values of a column; undefined if all are returned unchanged. */
export function columnReader({ type, propertyName }: EntityColumn): ReadValue | undefined {
  const present = presenters[type] as ((stored: unknown) => unknown) | undefined;
  if (present === undefined) return undefined;
  return (stored, rowId) => {
    if (stored === null) return null;
    return present(stored) ?? new UnreadableValue(`${propertyName} of ${rowId} is ${stored}.`);
  };
}

/** Returns a function that converts rows of the database's JSON in place. */
export function createRowReader<Row extends object>(entity: EntityClass): (row: Row) => Row {
  const columns = columnsOf(entity);
  const primary = columns.filter(({ isPrimary }) => isPrimary).map(({ propertyName }) => propertyName);
  const readers = columns.flatMap((column) => {
    const read = columnReader(column);
    return read ? [[column.propertyName, read] as const] : [];
  });
  return (row) => {
    const values = row as Record<string, unknown>;
    const rowId = primary.map((property) => values[property]).join(' ');
    for (const [property, read] of readers) values[property] = read(values[property], rowId);
    return row;
  };
}
