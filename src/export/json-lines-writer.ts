import { RawJson } from '../json/raw-json.js';
import type { RunDeletion } from '../task-runs/changes/change-reader.js';
import type { ScalarName } from '../task-runs/columns/run-columns.js';
import { type ExportColumn, nameOfColumn } from './export-columns.js';
import { type ExportedRuns, exportedValue, type OnUnreadable } from './exported-value.js';
import type { TextWriter } from './run-writer.js';

/** Scalars whose values contain no characters that JSON escapes. */
const plainScalars: readonly ScalarName[] = ['ID', 'UUID', 'DateTime', 'Decimal'];

/** Writes one line of JSON per deletion and per run. Stored JSON is written as its original text. */
export function createJsonLinesWriter(columns: readonly ExportColumn[], onUnreadable: OnUnreadable): TextWriter {
  const runColumns = columns.filter((column) => column !== 'deleted');
  const members = runColumns.map((column, index) => ({
    column,
    opening: `${index === 0 ? '{' : ','}"${nameOfColumn(column)}":`,
    isPlain: typeof column !== 'string' && plainScalars.includes(column.scalar),
  }));
  return {
    header: '',
    write(page: ExportedRuns) {
      let text = (page.deletions ?? []).map(deletionLine).join('');
      for (const run of page.runs) {
        for (const { column, opening, isPlain } of members) {
          const value = exportedValue(column, run, page, onUnreadable);
          text += opening + jsonOf(value, isPlain);
        }
        text += '}\n';
      }
      return text;
    },
  };
}

function deletionLine({ runId, taskId }: RunDeletion): string {
  return `${JSON.stringify({ id: runId, task_id: taskId, deleted: true })}\n`;
}

function jsonOf(value: unknown, isPlain: boolean): string {
  if (typeof value === 'string') return isPlain ? `"${value}"` : JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return value instanceof RawJson ? value.text : JSON.stringify(value);
}
