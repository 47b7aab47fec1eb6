import { createCsvWriter } from './csv-writer.js';
import { type ExportGroup, exportColumns } from './export-columns.js';
import type { OnUnreadable } from './exported-value.js';
import { createJsonLinesWriter } from './json-lines-writer.js';
import type { TextWriter } from './text-writer.js';

export type TextFormat = 'jsonl' | 'csv';

export function createTextWriter(
  format: TextFormat,
  groups: readonly ExportGroup[],
  onUnreadable: OnUnreadable,
  hasDeletions = false,
): TextWriter {
  const create = format === 'csv' ? createCsvWriter : createJsonLinesWriter;
  return create(exportColumns(groups, hasDeletions), onUnreadable);
}
