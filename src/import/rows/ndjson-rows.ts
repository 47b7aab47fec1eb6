import { isJsonObject } from '../../json/is-json-object.js';
import { sliceChildren } from '../json-slices.js';
import { readLines } from '../lines.js';
import type { FieldValue, SourceRow } from './source-row.js';

const space = 0x20;

/** Yields the JSON object of each line. @param name of the file in errors */
export async function* readNdjsonRows(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<SourceRow> {
  let lineNumber = 0;
  let number = 0;
  for await (const bytes of readLines(chunks)) {
    lineNumber += 1;
    if (bytes.every((byte) => byte <= space)) continue;
    number += 1;
    const { fields, fault } = parseJsonLine(bytes);
    yield { number, line: { bytes, origin: `${name}:${lineNumber}`, ...(fault && { fault }) }, fields };
  }
}

interface ParsedLine {
  readonly fields: ReadonlyMap<string, FieldValue | null>;
  readonly fault?: string;
}

const noFields: ReadonlyMap<string, FieldValue | null> = new Map();

/** Returns the members of a line, or the reason why it is not a JSON object. */
export function parseJsonLine(bytes: Buffer): ParsedLine {
  let text: string;
  try {
    // This also removes a byte order mark.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
  } catch {
    return { fields: noFields, fault: 'The line must be UTF-8.' };
  }
  try {
    if (!isJsonObject(JSON.parse(text))) return { fields: noFields, fault: 'The line must be a JSON object.' };
  } catch {
    // The parser's message would quote the line.
    return { fields: noFields, fault: 'The line must be a JSON object, but is not JSON.' };
  }
  const fields = new Map<string, FieldValue | null>();
  for (const [name, json] of sliceChildren(text)) fields.set(name, json === 'null' ? null : { json });
  return { fields };
}
