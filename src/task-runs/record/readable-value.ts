// Values that the tables can hold and no API can show. An error stands in the place of each, so that whoever writes it
// out, whichever the API, fails at this value and nowhere else.

import { columnsOf, type EntityClass, type EntityColumn } from '../../database/entity-columns.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { decimal } from './decimal.js';
import { isDateTime, timestampOfJson } from './timestamp.js';

/** GraphQL reports it at the path of the field. */
export class UnreadableValue extends GatewayError {
  /** @param cause for the log: which value it is */
  constructor(cause: string) {
    super('UNREADABLE_VALUE', {}, { cause: new Error(cause) });
  }

  toJSON(): never {
    throw this;
  }
}

type ReadValue = (stored: unknown, rowId: unknown) => unknown;

/** By a column's type: what shows a value as JSON of the database has it; undefined where nothing can. */
const presenters: Readonly<Record<string, (stored: never) => unknown>> = {
  timestamptz(stored: string) {
    const timestamp = timestampOfJson(stored);
    return isDateTime(timestamp) ? timestamp : undefined;
  },
  numeric: (stored: string) => (decimal.test(stored) ? stored : undefined),
  // JSON has no number that is not finite: the database writes its name.
  'double precision': (stored: number | string) => (typeof stored === 'string' ? undefined : stored),
  bigint: (stored: number) => (Number.isSafeInteger(stored) ? stored : undefined),
};

/** What reads the values of a column; undefined where all of them are shown as they are. */
export function columnReader({ type, propertyName }: EntityColumn): ReadValue | undefined {
  const present = presenters[type] as ((stored: unknown) => unknown) | undefined;
  if (present === undefined) return undefined;
  return (stored, rowId) => {
    if (stored === null) return null;
    return present(stored) ?? new UnreadableValue(`${propertyName} of ${rowId} is ${stored}.`);
  };
}

/** What reads the values of rows that the database wrote as JSON, in place. */
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
