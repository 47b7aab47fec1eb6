// Writes CSV (RFC 4180) without cells that a spreadsheet would execute.

import { type CastingContext, type Options, stringify } from 'csv-stringify/sync';
import { RawJson } from '../json/raw-json.js';
import { type ExportColumn, nameOfColumn } from './export-columns.js';
import { deletionValue, exportedValue, type OnUnreadable } from './exported-value.js';
import { toInertCell } from './inert-cell.js';
import type { TextWriter } from './run-writer.js';

const options: Options = {
  record_delimiter: '\r\n',
  quote_record_delimiter: true,
  cast: {
    boolean: String,
    object: (value: unknown) => (value instanceof RawJson ? toInertCell(value.text) : JSON.stringify(value)),
    // Quotes distinguish an empty string from null, which is an empty cell.
    string: (text: string, _context: CastingContext) =>
      text === '' ? { value: text, quoted_empty: true } : toInertCell(text),
  },
};

export function createCsvWriter(columns: readonly ExportColumn[], onUnreadable: OnUnreadable): TextWriter {
  return {
    header: stringify([columns.map(nameOfColumn)], options),
    write: (page) =>
      stringify(
        [
          ...(page.deletions ?? []).map((deletion) => columns.map((column) => deletionValue(column, deletion))),
          ...page.runs.map((run) => columns.map((column) => exportedValue(column, run, page, onUnreadable))),
        ],
        options,
      ),
  };
}
