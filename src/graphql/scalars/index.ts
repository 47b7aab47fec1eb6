import { GraphQLScalarType } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Float, ID, Int } from 'type-graphql';
import { decimal } from '../../task-runs/record/decimal.js';
import type { ScalarName } from '../../task-runs/record/run-columns.js';
import { createTextScalar } from './text-scalar.js';

export const UUIDScalar = createTextScalar({
  name: 'UUID',
  description:
    'An identifier of 8-4-4-4-12 hexadecimal digits, returned in lower case. Version and variant digits are arbitrary (it need not be an RFC 4122 UUID); the first 48 bits are the time of creation in milliseconds.',
  pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  normalize: (text) => text.toLowerCase(),
});

export const DateTimeScalar = createTextScalar({
  name: 'DateTime',
  description: 'A date and time in UTC with microseconds, as in `2024-01-16T13:33:25.247662Z`.',
  specifiedByURL: 'https://datatracker.ietf.org/doc/html/rfc3339',
  pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/,
});

export const DecimalScalar = createTextScalar({
  name: 'Decimal',
  description: 'An exact decimal number as a string that keeps its scale: `"1.00"` stays `"1.00"`.',
  pattern: decimal,
});

export const BigIntScalar = createTextScalar({
  name: 'BigInt',
  description: 'An integer of any size, as a string.',
  pattern: /^-?\d+$/,
});

/** graphql-scalars' JSON with a description of what is preserved. */
export const JSONScalar = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  description: 'Any JSON value: an object, a list, a string, a number, a boolean or null. A string stays a string.',
});

/** By the type names of columns and filters. */
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
