// Parses CSV (RFC 4180) in bounded memory. Lines may end with only LF. A quote inside an unquoted cell is literal.

import { declareLimit } from '../../limits.js';

export interface CsvCell {
  readonly text: string;
  readonly isQuoted: boolean;
}

export interface CsvRecord {
  readonly cells: readonly CsvCell[];
  /** The record's text in the file, without the line break at its end. */
  readonly raw: string;
  /** The number of the record's first line, from 1. */
  readonly line: number;
  readonly fault?: string;
}

const maxRecordLength = declareLimit(256_000_000, {
  section: 'Database and files',
  name: 'one row of a CSV file in `npm run import`',
  unit: 'characters',
  beyond: 'the command fails',
});

const quote = '"';

/** Yields non-empty records. @throws Error for bytes that are not UTF-8, and for a record that is too long */
export async function* readCsvRecords(chunks: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<CsvRecord> {
  const reader = new RecordReader(delimiter);
  for await (const text of decoded(chunks)) yield* reader.read(text);
  yield* reader.end();
}

async function* decoded(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  // This also removes a byte order mark.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Buffer) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new Error('The file must be UTF-8.');
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}

/**
 * `opening`: before a cell's first character; `closed`: after a quote that either ends the cell or is the first of two.
 */
type State = 'opening' | 'plain' | 'quoted' | 'closed';

class RecordReader {
  private state: State = 'opening';
  private cells: CsvCell[] = [];
  private cell = '';
  private isQuoted = false;
  private raw = '';
  private fault: string | undefined;
  private line = 1;

  /** @param delimiter one character, neither a quote nor a line break */
  constructor(private readonly delimiter: string) {}

  *read(text: string): Generator<CsvRecord> {
    let recordStart = 0;
    let at = 0;
    while (at < text.length) {
      const character = text[at]!;
      if (this.state === 'quoted') {
        const end = text.indexOf(quote, at);
        this.cell += text.slice(at, end === -1 ? undefined : end);
        at = end === -1 ? text.length : end + 1;
        if (end !== -1) this.state = 'closed';
      } else if (character === quote && this.state !== 'plain') {
        // Two quotes stand for one in the cell.
        if (this.state === 'closed') this.cell += quote;
        this.state = 'quoted';
        this.isQuoted = true;
        at += 1;
      } else if (character === this.delimiter) {
        this.endCell();
        at += 1;
      } else if (character === '\n') {
        this.raw += text.slice(recordStart, at);
        const record = this.endRecord();
        at += 1;
        recordStart = at;
        if (record !== null) yield record;
      } else if (this.state === 'closed') {
        if (character !== '\r') this.fault = 'The row has characters after the closing quote of a cell.';
        at += 1;
      } else {
        const end = endOfPlain(text, at, this.delimiter.charCodeAt(0));
        this.cell += text.slice(at, end);
        this.state = 'plain';
        at = end;
      }
    }
    this.raw += text.slice(recordStart);
    if (this.raw.length > maxRecordLength)
      throw new Error(
        `The row at line ${this.line} has more than ${maxRecordLength} characters: a quote may be missing.`,
      );
  }

  *end(): Generator<CsvRecord> {
    if (this.state === 'quoted') this.fault = 'The last cell has no closing quote.';
    const record = this.endRecord();
    if (record !== null) yield record;
  }

  private endCell(): void {
    this.cells.push({ text: this.cell, isQuoted: this.isQuoted });
    this.cell = '';
    this.isQuoted = false;
    this.state = 'opening';
  }

  /** Returns `null` for an empty line. */
  private endRecord(): CsvRecord | null {
    if (!this.isQuoted && this.cell.endsWith('\r')) this.cell = this.cell.slice(0, -1);
    this.endCell();
    const { cells, line, fault } = this;
    const raw = this.raw.endsWith('\r') ? this.raw.slice(0, -1) : this.raw;
    this.line += 1 + countNewlines(raw);
    this.cells = [];
    this.raw = '';
    this.fault = undefined;
    return raw === '' ? null : { cells, raw, line, ...(fault && { fault }) };
  }
}

function endOfPlain(text: string, start: number, delimiter: number): number {
  let end = start + 1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === delimiter || code === 0x0a) break;
  }
  return end;
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
