const newline = 0x0a;

// limit | Database and files | one line of `npm run import` | MiB | the command fails
/** What PostgreSQL takes as one JSON document at most. */
const maxLineBytes = 256 * 1024 * 1024;

/** The lines of a stream as the very bytes they are, without their ends. @throws Error for one that is too long */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      yield Buffer.concat([...begun, chunk.subarray(start, end)]);
      begun = [];
      begunBytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
    begunBytes += chunk.length - start;
    if (begunBytes > maxLineBytes) throw new Error(`A line has more than ${maxLineBytes} bytes.`);
  }
  if (begunBytes > 0) yield Buffer.concat(begun);
}
