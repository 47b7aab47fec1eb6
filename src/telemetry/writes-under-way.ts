// Writes to pipes whose reader may have stopped. Each holds a thread of Node.js, for which `process.exit` would wait.

const underWay = new Set<symbol>();

/** Records that a write has begun. @returns the function that records its end */
export function beginWrite(): () => void {
  const write = Symbol();
  underWay.add(write);
  return () => underWay.delete(write);
}

export function isWriting(): boolean {
  return underWay.size > 0;
}
