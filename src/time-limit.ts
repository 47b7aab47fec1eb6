import { Readable } from 'node:stream';

/** The longest delay of Node's timers: 24 days. */
export const maxTimerMs = 2 ** 31 - 1;

/** Milliseconds of work after which the gateway serves waiting requests. */
export const sliceMs = 10;

/** Runs an action and aborts it after the limit. Rejects then, even if the action goes on. */
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
 * Returns the same bytes as a stream that is destroyed when the source yields none within the limit. The time that a
 * slow reader takes does not count: the clock runs only while the source is awaited.
 */
export function abortOnStall(source: Readable, timeoutMs: number): Readable {
  const watched = Readable.from(chunksInTime(source, timeoutMs), { objectMode: false });
  // After the reader has gone, the connection must not stay open until the next bytes arrive.
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
