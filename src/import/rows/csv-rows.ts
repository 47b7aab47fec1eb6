import { fromInertCell } from '../../export/inert-cell.js';
import { type CsvCell, readCsvRecords } from './csv-records.js';
import type { FieldValue, SourceRow } from './source-row.js';

export interface CsvTable {
  /** The names of the columns. */
  readonly names: readonly string[];
  /** The first line as it stands in the file. */
  readonly header: string;
  readonly rows: AsyncIterable<SourceRow>;
}

/** Opens CSV whose first line names the columns. `name` names the file in errors. @throws Error where it does not */
export async function openCsv(chunks: AsyncIterable<Buffer>, name: string): Promise<CsvTable> {
  const records = readCsvRecords(chunks);
  const first = await records.next();
  if (first.done === true) throw new Error(`${name} is empty: its first line must name the columns.`);
  const { cells, raw, fault } = first.value;
  const names = cells.map(({ text }) => text.trim());
  const repeated = names.find((each, index) => names.indexOf(each) !== index);
  if (fault !== undefined) throw new Error(`${name}: ${fault}`);
  if (repeated !== undefined) throw new Error(`${name} has two columns of the name ${JSON.stringify(repeated)}.`);
  return { names, header: raw, rows: rowsOf() };

  async function* rowsOf(): AsyncGenerator<SourceRow> {
    let number = 0;
    for await (const record of records) {
      number += 1;
      const countFault =
        record.cells.length === names.length
          ? undefined
          : `The row must have ${names.length} cells, as the first line, not ${record.cells.length}.`;
      const rowFault = record.fault ?? countFault;
      const line = {
        bytes: Buffer.from(record.raw),
        origin: `${name}:${record.line}`,
        ...(rowFault && { fault: rowFault }),
      };
      const fields = new Map(
        rowFault === undefined ? names.map((each, index) => [each, toField(record.cells[index]!)]) : [],
      );
      yield { number, line, fields };
    }
  }
}

/** Quotes tell an empty text from null. */
function toField({ text, isQuoted }: CsvCell): FieldValue | null {
  return text === '' && !isQuoted ? null : { text: fromInertCell(text) };
}
