// The columns of an export in Parquet.

import type { SchemaElement } from 'hyparquet-writer';
import { RawJson } from '../json/raw-json.js';
import type { ScalarName } from '../task-runs/columns/run-columns.js';
import { type ExportColumn, nameOfColumn } from './export-columns.js';

export interface ParquetColumn {
  readonly element: SchemaElement;
  readonly source: ExportColumn;
  /** Converts a non-null value for the library. */
  readonly convert: (value: never) => unknown;
  /** Whether the column contains JSON, for which minimum and maximum are useless. */
  readonly isJson: boolean;
}

const optional = { repetition_type: 'OPTIONAL' } as const;
const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;
const identity = (value: unknown) => value;

const formOfScalar: Readonly<
  Record<ScalarName, { readonly element: Omit<SchemaElement, 'name'>; readonly convert: (value: never) => unknown }>
> = {
  ID: { element: text, convert: identity },
  UUID: { element: text, convert: identity },
  String: { element: text, convert: identity },
  Decimal: { element: text, convert: identity },
  Int: { element: { type: 'INT32' }, convert: identity },
  Float: { element: { type: 'DOUBLE' }, convert: identity },
  Boolean: { element: { type: 'BOOLEAN' }, convert: identity },
  DateTime: {
    element: {
      type: 'INT64',
      converted_type: 'TIMESTAMP_MICROS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
    },
    convert: toMicroseconds,
  },
  JSON: {
    // DuckDB uses the converted type, Arrow the logical one.
    element: { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } },
    convert: toBytes,
  },
};

const scalarOf = { model: 'String', files: 'JSON', deleted: 'Boolean' } as const;

const precision = 38;
const scale = 12;

/** A number for calculations, in addition to the exact text. */
const decimalElement = {
  type: 'FIXED_LEN_BYTE_ARRAY',
  type_length: 16,
  converted_type: 'DECIMAL',
  logical_type: { type: 'DECIMAL', precision, scale },
  precision,
  scale,
} as const;

export function parquetColumns(columns: readonly ExportColumn[]): ParquetColumn[] {
  return columns.flatMap((source) => {
    const name = nameOfColumn(source);
    const scalar = typeof source === 'string' ? scalarOf[source] : source.scalar;
    const { element, convert } = formOfScalar[scalar];
    const column = { element: { name, ...element, ...optional }, source, convert, isJson: scalar === 'JSON' };
    if (scalar !== 'Decimal') return [column];
    const decimal = {
      ...column,
      element: { name: `${name}_decimal`, ...decimalElement, ...optional },
      convert: toUnscaled,
    };
    return [column, decimal];
  });
}

function toBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(value instanceof RawJson ? value.text : JSON.stringify(value));
}

/** Returns microseconds since 1970. A `Date` would truncate them. */
function toMicroseconds(timestamp: string): bigint {
  const seconds = timestamp.slice(0, '2024-01-16T13:33:25'.length);
  const fraction = timestamp.slice(seconds.length + 1, -1);
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction);
}

/** Returns the number in units of the last decimal place, or `null` if it has too many places or digits. */
export function toUnscaled(decimal: string): bigint | null {
  const [, sign, whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(decimal)!;
  const significantDigits = fraction.replace(/0+$/, '');
  if (significantDigits.length > scale) return null;
  const digits = `${whole}${significantDigits.padEnd(scale, '0')}`.replace(/^0+/, '');
  if (digits.length > precision) return null;
  return BigInt(`${sign === '-' ? '-' : ''}${digits || '0'}`);
}
