import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { openCsv } from '../../import/rows/csv-rows.js';
import { readNdjsonRows } from '../../import/rows/ndjson-rows.js';
import type { SourceRow } from '../../import/rows/source-row.js';
import type { RowFormat } from './row-format.js';

export interface RowFile {
  /** The absolute path; `null` for standard input. */
  readonly file: string | null;
  readonly format: RowFormat;
  /** The delimiter between CSV cells. */
  readonly delimiter: string;
}

export interface OpenedRows {
  /** The first line of CSV; `null` if the format has none. */
  readonly header: string | null;
  /** The fields of all rows; `null` if each row has its own fields. */
  readonly fields: readonly string[] | null;
  readonly rows: AsyncIterable<SourceRow>;
}

/** Opens the rows of a file, or of `input` for standard input. @throws Error for CSV without a first line */
export async function openRows(
  { file, format, delimiter }: RowFile,
  { input }: { readonly input: AsyncIterable<Buffer> },
): Promise<OpenedRows> {
  const chunks: AsyncIterable<Buffer> = file === null ? input : createReadStream(file);
  const name = file === null ? 'standard input' : basename(file);
  if (format === 'ndjson') return { header: null, fields: null, rows: readNdjsonRows(chunks, name) };
  const { header, names, rows } = await openCsv(chunks, name, delimiter);
  return { header, fields: names, rows };
}
