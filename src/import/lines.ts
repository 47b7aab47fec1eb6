import { declareLimit } from '../limits.js';

/** A line of an export, or the text of a run from another source. */
export interface Line {
  readonly bytes: Buffer;
  /** The line's name in messages, such as `runs-00001.jsonl:17`. */
  readonly origin: string;
  /** The reason why it cannot be imported, if already known. */
  readonly fault?: string;
}

const newline = 0x0a;

/** PostgreSQL's limit for a JSON document. */
const maxLineBytes = declareLimit(256 * 1024 * 1024, {
  section: 'Database and files',
  name: 'one line of `npm run import`',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'the command fails',
});

/** Yields the lines of a stream as bytes, without line breaks. @throws Error for a line that is too long */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let partialLine: Buffer[] = [];
  let partialBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      yield Buffer.concat([...partialLine, chunk.subarray(start, end)]);
      partialLine = [];
      partialBytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) partialLine.push(chunk.subarray(start));
    partialBytes += chunk.length - start;
    if (partialBytes > maxLineBytes) throw new Error(`A line has more than ${maxLineBytes} bytes.`);
  }
  if (partialBytes > 0) yield Buffer.concat(partialLine);
}
