import { fromInertCell } from '../../export/inert-cell.js';
import { type CsvCell, readCsvRecords } from './csv-records.js';
import type { FieldValue, SourceRow } from './source-row.js';

export interface CsvTable {
  /** The names of the columns. */
  readonly names: readonly string[];
  /** The text of the first line. */
  readonly header: string;
  readonly rows: AsyncIterable<SourceRow>;
}

/**
 * Opens CSV with the column names in the first line. @param name of the file in errors @throws Error without such a
 * line
 */
export async function openCsv(chunks: AsyncIterable<Buffer>, name: string, delimiter: string): Promise<CsvTable> {
  const records = readCsvRecords(chunks, delimiter);
  const first = await records.next();
  if (first.done === true) throw new Error(`${name} is empty. Its first line must name the columns.`);
  const { cells, raw, fault } = first.value;
  const names = cells.map(({ text }) => text.trim());
  const repeated = names.find((column, index) => names.indexOf(column) !== index);
  if (fault !== undefined) throw new Error(`${name}: ${fault}`);
  if (repeated !== undefined) throw new Error(`${name} has two columns named ${JSON.stringify(repeated)}.`);
  return { names, header: raw, rows: rowsOf() };

  async function* rowsOf(): AsyncGenerator<SourceRow> {
    let number = 0;
    for await (const record of records) {
      number += 1;
      const countFault =
        record.cells.length === names.length
          ? undefined
          : `The row must have ${names.length} cells like the first line, not ${record.cells.length}.`;
      const rowFault = record.fault ?? countFault;
      const line = {
        bytes: Buffer.from(record.raw),
        origin: `${name}:${record.line}`,
        ...(rowFault && { fault: rowFault }),
      };
      const fields = new Map(
        rowFault === undefined ? names.map((column, index) => [column, toField(record.cells[index]!)]) : [],
      );
      yield { number, line, fields };
    }
  }
}

/** Returns `null` for an empty cell, and an empty string for a quoted one. */
function toField({ text, isQuoted }: CsvCell): FieldValue | null {
  return text === '' && !isQuoted ? null : { text: fromInertCell(text) };
}
