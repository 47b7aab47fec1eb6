// CSV of RFC 4180. Spreadsheets run a cell that begins like a formula, so such a cell begins with an apostrophe here.

import { type CastingContext, type Options, stringify } from 'csv-stringify/sync';
import { RawJson } from '../json/raw-json.js';
import { type ExportColumn, nameOfColumn } from './export-columns.js';
import { exportedValue, type OnUnreadable } from './exported-value.js';
import type { TextWriter } from './text-writer.js';

const formulaStart = /^[=+\-@\t\r]/;
const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

const options: Options = {
  record_delimiter: '\r\n',
  quote_record_delimiter: true,
  cast: {
    boolean: String,
    object: (value: unknown) => (value instanceof RawJson ? guarded(value.text) : JSON.stringify(value)),
    // Quotes tell an empty text from null, which is an empty cell.
    string: (text: string, _context: CastingContext) =>
      text === '' ? { value: text, quoted_empty: true } : guarded(text),
  },
};

export function createCsvWriter(columns: readonly ExportColumn[], onUnreadable: OnUnreadable): TextWriter {
  return {
    header: stringify([columns.map(nameOfColumn)], options),
    write: (page) =>
      stringify(
        page.runs.map((run) => columns.map((column) => exportedValue(column, run, page, onUnreadable))),
        options,
      ),
  };
}

function guarded(text: string): string {
  return formulaStart.test(text) && !number.test(text) ? `'${text}` : text;
}
