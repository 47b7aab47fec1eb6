import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { RawJson } from '../json/raw-json.js';
import type { ExportColumn } from './export-columns.js';
import { type ExportedRuns, exportedValue, type OnUnreadable } from './exported-value.js';
import { type ParquetColumn, parquetColumns } from './parquet-columns.js';

/** What is in memory at a time; the boundaries follow from the runs alone, so that a file is the same each time. */
const rowGroup = { maxRows: 10_000, maxJsonCharacters: 32 * 1024 * 1024 };

export interface ParquetRunWriter {
  write(runs: ExportedRuns): Promise<void>;
  /** Writes what is left, and the footer. */
  finish(): Promise<void>;
}

/** @param append gets the bytes of the file in their order */
export function createParquetWriter(
  selected: readonly ExportColumn[],
  onUnreadable: OnUnreadable,
  append: (bytes: Uint8Array) => Promise<void>,
): ParquetRunWriter {
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
    async write(page) {
      for (const run of page.runs) {
        for (const [index, { source, convert }] of columns.entries()) {
          const value = exportedValue(source, run, page, onUnreadable);
          if (value instanceof RawJson) jsonCharacters += value.text.length;
          group[index]!.push(value === null ? null : convert(value as never));
        }
        if (group[0]!.length >= rowGroup.maxRows || jsonCharacters >= rowGroup.maxJsonCharacters) await endGroup();
      }
    },
    async finish() {
      if (group[0]!.length > 0) await endGroup();
      file.schema = schemaOf(columns.map(({ element }) => element));
      await file.finish();
      await appendWritten();
    },
  };

  async function endGroup(): Promise<void> {
    const columnData = columns.map((column, index) => toColumnSource(column, group[index]!));
    await file.write({ columnData, rowGroupSize: rowGroup.maxRows });
    group = columns.map(() => []);
    jsonCharacters = 0;
    await appendWritten();
  }

  async function appendWritten(): Promise<void> {
    const written = new Uint8Array(bytes.buffer, 0, bytes.index).slice();
    bytes.index = 0;
    await append(written);
  }
}

/** Omits the converted type JSON, for which the library would parse and write values, and lose digits of their numbers. */
function storedElement({ element: { converted_type, ...stored }, isJson, element }: ParquetColumn): SchemaElement {
  return isJson ? stored : element;
}

function toColumnSource({ element: { name }, isJson }: ParquetColumn, data: unknown[]) {
  return { name, data, ...(isJson ? { statistics: false } : {}) };
}
