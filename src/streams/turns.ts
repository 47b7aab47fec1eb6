// Parsing a document, or writing a page of an export, takes the process up to a tenth of a second, in which it does nothing
// else. What does that takes turns, by caller, and between two of them whatever else has arrived is served.

/** Resolves when it is the caller's turn. */
export type Turn = (callerId: string) => Promise<void>;

/** @param size turns between which nothing else is served */
export function createTurns(size = 1): Turn {
  /** In the order of their turns. */
  const waiting = new Map<string, (() => void)[]>();
  let isBusy = false;

  return (callerId) =>
    new Promise((resolve) => {
      const own = waiting.get(callerId);
      if (own) own.push(resolve);
      else waiting.set(callerId, [resolve]);
      if (!isBusy) next();
    });

  function next(): void {
    isBusy = waiting.size > 0;
    for (let taken = 0; taken < size; taken += 1) take();
    if (isBusy) setImmediate(next);
  }

  function take(): void {
    const [first] = waiting;
    if (first === undefined) return;
    const [callerId, own] = first;
    const resolve = own.shift()!;
    waiting.delete(callerId);
    if (own.length > 0) waiting.set(callerId, own);
    resolve();
  }
}
