// Writes to pipes whose reader may have stopped. Each one occupies a Node.js thread, for which `process.exit` would
// wait.

const underWay = new Set<symbol>();

/** Records that a write has begun. @returns a function that records its end */
export function beginWrite(): () => void {
  const write = Symbol();
  underWay.add(write);
  return () => underWay.delete(write);
}

export function isWriting(): boolean {
  return underWay.size > 0;
}
