// Parsing and validating a document takes the process up to a tenth of a second, in which it does nothing else. Requests
// that have to take turns, by caller, and between two of them whatever else has arrived is served.

/** Resolves when it is the caller's turn. */
export function createTurns(): (callerId: string) => Promise<void> {
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
    const [first] = waiting;
    isBusy = first !== undefined;
    if (first === undefined) return;
    const [callerId, own] = first;
    const take = own.shift()!;
    waiting.delete(callerId);
    if (own.length > 0) waiting.set(callerId, own);
    take();
    setImmediate(next);
  }
}
