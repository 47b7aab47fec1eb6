// The audit log of a gateway, by request id.

import { open } from 'node:fs/promises';

/** Members that differ between two requests. */
const masked = { time: undefined, requestId: undefined };
/** The number of lines that both builds write for a stream that the client leaves: its opening and its first event. */
const linesOfLeft = 2;
/** The member that only opening lines have. */
const memberOfOpening = 'filters';

/**
 * Returns a reader of an audit log.
 * @param {string} path
 * @returns {(requestId: string) => Promise<object[]>} the lines of a request that has ended, and those without a request.
 *   A gateway writes a line before it sends the response. Lines that were there at an earlier call are not returned.
 */
export function createAuditReader(path) {
  let offset = 0;
  return async (id) => {
    const bytes = await readFrom(path, offset);
    // A stream that was left may still be writing its next line.
    const end = bytes.lastIndexOf('\n') + 1;
    offset += end;
    const lines = bytes.toString('utf8', 0, end).split('\n').slice(0, -1).map(parse);
    return lines.filter(({ requestId }) => requestId === undefined || requestId === id);
  };
}

/**
 * Leaves audit lines out of the comparison if the old build has none: each line of the new one would be a difference.
 * @param {{ hasAuditLog: boolean, takeAuditLines?: Function }[]} sides the old one first
 * @returns {string | undefined} what is not compared, and why
 */
export function leaveOutAuditLines(sides) {
  if (sides[0].hasAuditLog) return undefined;
  for (const side of sides) delete side.takeAuditLines;
  return 'audit lines: the old build has no audit log';
}

/**
 * Returns the audit lines of a request without the parts that differ between two requests.
 * @param {readonly object[]} lines
 * @param {{ length: number, hasMaskedParts: boolean, isLeft: boolean, readsAhead: boolean }} response the length of its
 *   body, whether the body has parts that differ between two responses, whether the client left before the end, and whether
 *   there may be further events then
 * @returns {{ lines: string[], isLeft: boolean, wholeCount: number }} wholeCount: the number of the first lines that tell of
 *   all that was read for them
 */
export function maskAuditLines(lines, { length, hasMaskedParts, isLeft, readsAhead }) {
  const maskBytes = (bytes) => {
    if (bytes === length) return '<length of the body>';
    return hasMaskedParts ? '<length>' : bytes;
  };
  const texts = lines.map(({ runs, bytes, ...line }) =>
    JSON.stringify({
      ...{ ...line, ...masked },
      ...(runs === undefined ? {} : { runs: maskRuns(runs, line.runCount) }),
      ...(bytes === undefined ? {} : { bytes: maskBytes(bytes) }),
    }),
  );
  // Concurrent operations of a WebSocket respond in any order. The events of a stream are in order.
  return {
    lines: isLeft ? texts : texts.sort(),
    isLeft,
    wholeCount: isLeft && readsAhead ? countWhole(lines) : lines.length,
  };
}

/**
 * Returns the number of lines before the event that a stream may have been reading when the client left. The moment at
 * which the read is stopped depends on time, and the event's line contains what was read by then.
 */
function countWhole(lines) {
  const last = lines.at(-1);
  return last === undefined || memberOfOpening in last ? lines.length : lines.length - 1;
}

/**
 * Returns both lists of lines as far as they can be compared, and their numbers. A stream that the client leaves has
 * written lines ahead by an amount that depends on time. It is compared as far as both builds have read its events whole.
 * @param {ReturnType<typeof maskAuditLines>} old
 * @param {ReturnType<typeof maskAuditLines>} changed
 * @returns {{ counts: string[], texts: string[] }}
 */
export function alignAuditLines(old, changed) {
  const isLeft = old.isLeft || changed.isLeft;
  const sides = [old.lines, changed.lines];
  const count = (lines) => (isLeft ? Math.min(lines.length, linesOfLeft) : lines.length);
  const shared = Math.min(old.wholeCount, changed.wholeCount);
  // If a line is missing, the other lines have no counterparts.
  const isComparable = isLeft || sides[0].length === sides[1].length;
  return {
    counts: sides.map((lines) => String(count(lines))),
    texts: sides.map((lines) => (isComparable ? `[${lines.slice(0, shared).join(',')}]` : '[]')),
  };
}

/** Concurrent fields add their runs in any order, and a line contains only the first ones of many. */
function maskRuns(runs, count) {
  return runs.length === count ? runs.toSorted() : `<${runs.length} of ${count}>`;
}

async function readFrom(path, offset) {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(size - offset);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Returns a line. Text that is not JSON becomes a line without a request. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
