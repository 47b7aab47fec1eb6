// The log lines of a gateway, by request id.

/** The time limit for the last line of a request. Some requests, such as successful probes, have no line. */
const timeoutMs = 1000;
/** The messages of the last lines of a request and of a WebSocket. */
const lastMessages = new Set(['request', 'websocket']);
/** Members that differ between two requests. */
const masked = { time: undefined, pid: undefined, hostname: undefined, reqId: undefined, ms: undefined };

/** Returns a reader of a gateway's output, which returns the lines of each request. */
export function createLogs() {
  const linesById = new Map();
  const listeners = new Map();
  let incomplete = '';
  return {
    /** Reads a part of the output. */
    read(text) {
      const lines = (incomplete + text).split('\n');
      incomplete = lines.pop();
      for (const line of lines) add(line);
    },
    /**
     * Returns the lines of a request, once its last one was written, and forgets them.
     * @param {string} id
     * @returns {Promise<object[]>}
     */
    async take(id) {
      if (!isComplete(id)) await untilComplete(id);
      const lines = linesById.get(id) ?? [];
      linesById.clear();
      return lines;
    },
  };

  function add(text) {
    const line = parse(text);
    if (line?.reqId === undefined) return;
    linesById.set(line.reqId, [...(linesById.get(line.reqId) ?? []), line]);
    if (isComplete(line.reqId)) listeners.get(line.reqId)?.();
  }

  function isComplete(id) {
    return linesById.get(id)?.some(({ msg }) => lastMessages.has(msg)) ?? false;
  }

  async function untilComplete(id) {
    await new Promise((resolve) => {
      const timeout = setTimeout(resolve, timeoutMs);
      listeners.set(id, () => {
        clearTimeout(timeout);
        resolve();
      });
    });
    listeners.delete(id);
  }
}

/**
 * Returns the lines of a request without the parts that differ between two requests, and the number of statements apart.
 * @param {readonly object[]} lines
 * @param {{ isLeft: boolean }} options whether the client left before the end: then some members depend on time
 * @returns {{ lines: string, statements: number | undefined }}
 */
export function maskLines(lines, { isLeft }) {
  const left = isLeft ? { aborted: undefined } : {};
  // A stream reads ahead, and may log what it has read.
  const kept = isLeft ? lines.filter(({ msg, event }) => lastMessages.has(msg) || event !== undefined) : lines;
  const texts = kept.map(({ cost, statements, codes, err, ...line }) =>
    JSON.stringify({
      ...{ ...line, ...masked, ...left },
      // Concurrent operations fail in any order.
      ...(codes === undefined || isLeft ? {} : { codes: Object.fromEntries(Object.entries(codes).sort()) }),
      ...(cost === undefined || isLeft ? {} : { cost: '<cost>' }),
      ...(err === undefined ? {} : { err: `${err.type}: ${err.message}` }),
    }),
  );
  // Reads that fail concurrently are logged in any order.
  return {
    lines: `[${texts.sort().join(',')}]`,
    statements: isLeft ? undefined : lines.find(({ msg }) => lastMessages.has(msg))?.statements,
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
