import { Readable } from 'node:stream';

/** The longest delay of Node's timers: 24 days. */
export const maxTimerMs = 2 ** 31 - 1;

/** Milliseconds of work after which the gateway serves waiting requests. */
export const sliceMs = 10;

/** Runs an action and aborts it at the limit. Rejects at that time, even if the action continues. */
export async function withTimeout<T>(timeoutMs: number, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`No response within ${timeoutMs} ms.`);
      abort.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([action(abort.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Returns the same bytes as a stream that is destroyed if the source yields nothing within the limit. A slow reader's
 * time does not count: the clock runs only while waiting for the source.
 */
export function abortOnStall(source: Readable, timeoutMs: number): Readable {
  const watched = Readable.from(chunksInTime(source, timeoutMs), { objectMode: false });
  // After the reader has stopped, the connection must not stay open until the next bytes arrive.
  return watched.once('close', () => source.destroy());
}

async function* chunksInTime(source: Readable, timeoutMs: number): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  for (;;) {
    const timer = setTimeout(() => source.destroy(new Error(`No bytes within ${timeoutMs} ms.`)), timeoutMs);
    const next = await chunks.next().finally(() => clearTimeout(timer));
    if (next.done) return;
    yield next.value;
  }
}
