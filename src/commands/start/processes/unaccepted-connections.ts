import type { ChildProcess, SendHandle } from 'node:child_process';
import type { Worker } from 'node:cluster';

/**
 * A message of Node's cluster module, which passes each connection to a worker, and keeps it until the worker accepts
 * it.
 */
interface ClusterMessage {
  readonly seq?: number;
  /** The message that this one acknowledges. */
  readonly ack?: number;
}

/**
 * Returns a function to call when a worker exits. It closes the connections that the worker has not accepted. Node.js
 * would wait for their acknowledgement forever, and would pass more connections to the worker.
 */
export function trackUnaccepted(worker: Worker): () => void {
  const unaccepted = new Map<number, { close(): void }>();
  const { process } = worker;
  const send = process.send.bind(process) as (...args: unknown[]) => boolean;
  process.send = ((message: ClusterMessage, handle?: SendHandle, ...rest: unknown[]) => {
    if (handle && message.seq !== undefined) unaccepted.set(message.seq, handle as unknown as { close(): void });
    return send(message, handle, ...rest);
  }) as ChildProcess['send'];
  process.on('internalMessage', ({ ack }: ClusterMessage) => {
    if (ack !== undefined) unaccepted.delete(ack);
  });
  return () => {
    if (worker.isConnected()) worker.disconnect();
    for (const connection of unaccepted.values()) connection.close();
    unaccepted.clear();
  };
}
