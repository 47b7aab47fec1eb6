import { createTextWriter } from './create-text-writer.js';
import { type ExportGroup, exportColumns } from './export-columns.js';
import type { ExportKind } from './export-kinds.js';
import type { OnUnreadable } from './exported-value.js';
import { createParquetWriter, type RowGroupLimits } from './parquet-writer.js';
import type { RunWriter } from './run-writer.js';

export interface RunWriterOptions {
  readonly groups: readonly ExportGroup[];
  /** Whether rows may be deletions. */
  readonly hasDeletions?: boolean;
  readonly onUnreadable: OnUnreadable;
  /** Limits on each row group of a Parquet file. */
  readonly rowGroup: RowGroupLimits;
}

export function createRunWriter(
  kind: ExportKind,
  { groups, hasDeletions = false, onUnreadable, rowGroup }: RunWriterOptions,
): RunWriter {
  if (kind === 'parquet') return createParquetWriter(exportColumns(groups, hasDeletions), onUnreadable, rowGroup);
  const { header, write } = createTextWriter(kind, groups, onUnreadable, hasDeletions);
  let next = header;
  const take = (text: string) => {
    const bytes = Buffer.from(next + text);
    next = '';
    return bytes;
  };
  return { keptBytes: 0, write: (runs) => take(write(runs)), finish: () => take('') };
}
