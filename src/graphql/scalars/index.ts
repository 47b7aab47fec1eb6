import { GraphQLScalarType } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Float, ID, Int } from 'type-graphql';
import { isResourceId } from '../../access/resource-id.js';
import { InvalidDateTime } from '../../dates/moment.js';
import { parseDateTime } from '../../dates/parse-date-time.js';
import { parseDecimal, toPlainDecimal } from '../../task-runs/columns/decimal.js';
import type { ScalarName } from '../../task-runs/columns/run-columns.js';
import { createTextScalar } from './text-scalar.js';

export { JSONPrimitiveScalar } from './json-primitive.scalar.js';

export const UUIDScalar = createTextScalar({
  name: 'UUID',
  description:
    'An identifier of 8-4-4-4-12 hexadecimal digits. Accepted in any case, returned in lower case. The version and variant digits need not be those of RFC 9562.',
  parse(text) {
    if (!isResourceId(text)) throw new Error('it must be 8-4-4-4-12 hexadecimal digits');
    return text.toLowerCase();
  },
});

export const DateTimeScalar = createTextScalar({
  name: 'DateTime',
  description:
    'A date and time, returned in UTC with microseconds, such as `2024-01-16T13:33:25.247662Z`. Accepts RFC 3339 and ISO 8601 date-times (in UTC if there is no offset), dates (their midnight), and times relative to the request: `now`, `today`, `yesterday`, `last week`, `last month`, `2 hours ago`, `-24h`, `-7d`, `-2w`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339.html',
  parse: checkDateTimeForm,
});

export const DecimalScalar = createTextScalar({
  name: 'Decimal',
  description:
    'An exact decimal number, as a string that keeps its scale: `"1.00"` stays `"1.00"`. Numbers are also accepted.',
  specifiedByURL: 'https://www.w3.org/TR/xmlschema11-2/#decimal',
  parse: parseDecimal,
  parseNumber: toPlainDecimal,
});

export const BigIntScalar = createTextScalar({
  name: 'BigInt',
  description: 'An integer of any size, as a string.',
  specifiedByURL: 'https://www.w3.org/TR/xmlschema11-2/#integer',
  parse(text) {
    if (!/^[+-]?\d+$/.test(text)) throw new Error('it must be an integer');
    return text;
  },
});

/** graphql-scalars' JSON, with a description of what is preserved. */
export const JSONScalar = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  description: 'Any JSON value: an object, a list, a string, a number, a boolean or null. A string stays a string.',
});

/** Scalars by the type names used for columns and filters. */
export const namedScalars = {
  ID,
  UUID: UUIDScalar,
  JSON: JSONScalar,
  DateTime: DateTimeScalar,
  Decimal: DecimalScalar,
  Int,
  Float,
  Boolean,
  String,
} satisfies Record<ScalarName, unknown>;

/** Checks only the format. An invalid date is rejected by its field, like other values out of range. */
function checkDateTimeForm(text: string): string {
  try {
    parseDateTime(text);
  } catch (error) {
    if (!(error instanceof InvalidDateTime) || !error.isWellFormed) throw error;
  }
  return text;
}
