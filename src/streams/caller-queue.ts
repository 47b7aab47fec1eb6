// Parsing a document or writing a page of an export blocks the process for up to a tenth of a second. Such work waits
// in a queue that serves callers round robin, and other requests are served between two batches of its entries.

/** Resolves when the caller's entry is served. */
export type EnterQueue = (callerId: string) => Promise<void>;

/** @param batchSize number of entries served before anything else */
export function createCallerQueue(batchSize = 1): EnterQueue {
  /** Callers in the order in which they will be served. */
  const waiting = new Map<string, (() => void)[]>();
  let isBusy = false;

  return (callerId) =>
    new Promise((resolve) => {
      const own = waiting.get(callerId);
      if (own) own.push(resolve);
      else waiting.set(callerId, [resolve]);
      if (!isBusy) serveBatch();
    });

  function serveBatch(): void {
    isBusy = waiting.size > 0;
    for (let served = 0; served < batchSize; served += 1) serveFirst();
    if (isBusy) setImmediate(serveBatch);
  }

  function serveFirst(): void {
    const [first] = waiting;
    if (first === undefined) return;
    const [callerId, own] = first;
    const resolve = own.shift()!;
    waiting.delete(callerId);
    if (own.length > 0) waiting.set(callerId, own);
    resolve();
  }
}
