import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { RawJson } from '../json/raw-json.js';
import type { ExportColumn } from './export-columns.js';
import { deletionValue, exportedValue, type OnUnreadable } from './exported-value.js';
import { type ParquetColumn, parquetColumns } from './parquet-columns.js';
import type { RunWriter } from './run-writer.js';

/** Limits on a row group, which is held in memory and written as a whole. */
export interface RowGroupLimits {
  readonly maxRows: number;
  readonly maxJsonCharacters: number;
}

const noLimits: RowGroupLimits = { maxRows: Number.POSITIVE_INFINITY, maxJsonCharacters: Number.POSITIVE_INFINITY };

/**
 * Creates a writer. Row groups end at their limits and after pages that end a part. Both depend only on the runs, so
 * that the file is the same each time.
 */
export function createParquetWriter(
  selected: readonly ExportColumn[],
  onUnreadable: OnUnreadable,
  rowGroup: RowGroupLimits = noLimits,
): RunWriter {
  const columns = parquetColumns(selected);
  const bytes = new ByteWriter();
  const schemaOf = (elements: SchemaElement[]) => [{ name: 'task_run', num_children: columns.length }, ...elements];
  const file = new ParquetWriter({
    writer: bytes,
    schema: schemaOf(columns.map(storedElement)),
    createdBy: 'task-run-gateway',
  });
  let group: unknown[][] = columns.map(() => []);
  let jsonCharacters = 0;

  return {
    write(page) {
      for (const deletion of page.deletions ?? []) addRow((source) => deletionValue(source, deletion));
      for (const run of page.runs) addRow((source) => exportedValue(source, run, page, onUnreadable));
      if (page.endsPart && group[0]!.length > 0) endGroup();
      return takeWritten();
    },
    finish() {
      if (group[0]!.length > 0) endGroup();
      file.schema = schemaOf(columns.map(({ element }) => element));
      file.finish();
      return takeWritten();
    },
  };

  function addRow(readValue: (source: ExportColumn) => unknown): void {
    for (const [index, { source, convert }] of columns.entries()) {
      const value = readValue(source);
      if (value instanceof RawJson) jsonCharacters += value.text.length;
      group[index]!.push(value === null ? null : convert(value as never));
    }
    if (group[0]!.length >= rowGroup.maxRows || jsonCharacters >= rowGroup.maxJsonCharacters) endGroup();
  }

  function endGroup(): void {
    const columnData = columns.map((column, index) => toColumnSource(column, group[index]!));
    file.write({ columnData, rowGroupSize: group[0]!.length });
    group = columns.map(() => []);
    jsonCharacters = 0;
  }

  function takeWritten(): Uint8Array {
    const written = bytes.getBytes().slice();
    bytes.index = 0;
    return written;
  }
}

/** Omits the converted type JSON, which would make the library parse values and lose digits of numbers. */
function storedElement({ element: { converted_type, ...stored }, isJson, element }: ParquetColumn): SchemaElement {
  return isJson ? stored : element;
}

function toColumnSource({ element: { name }, isJson }: ParquetColumn, data: unknown[]) {
  return { name, data, ...(isJson ? { statistics: false } : {}) };
}
