import { createCsvWriter } from './csv-writer.js';
import { type ExportGroup, type ExportParts, exportColumns } from './export-columns.js';
import type { OnUnreadable } from './exported-value.js';
import { createJsonLinesWriter } from './json-lines-writer.js';
import { createParquetWriter, type RowGroupLimits } from './parquet-writer.js';
import type { ExportKind, RunWriter, TextWriter } from './run-writer.js';

export interface RunWriterOptions extends ExportParts {
  readonly groups: readonly ExportGroup[];
  readonly onUnreadable: OnUnreadable;
  /** Limits on each row group of a Parquet file. If omitted, only pages that end a part end a row group. */
  readonly rowGroup?: RowGroupLimits;
}

export function createRunWriter(
  kind: ExportKind,
  { groups, onUnreadable, rowGroup, ...parts }: RunWriterOptions,
): RunWriter {
  if (kind === 'parquet') return createParquetWriter(exportColumns(groups, parts), onUnreadable, rowGroup);
  const { header, write } = createTextWriter(kind, groups, onUnreadable, parts);
  let next = header;
  const take = (text: string) => {
    const bytes = Buffer.from(next + text);
    next = '';
    return bytes;
  };
  return { write: (runs) => take(write(runs)), finish: () => take('') };
}

export function createTextWriter(
  format: Exclude<ExportKind, 'parquet'>,
  groups: readonly ExportGroup[],
  onUnreadable: OnUnreadable,
  parts: ExportParts = {},
): TextWriter {
  const create = format === 'csv' ? createCsvWriter : createJsonLinesWriter;
  return create(exportColumns(groups, parts), onUnreadable);
}
