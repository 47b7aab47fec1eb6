// Reads the heap of another process through its inspector.

import { once } from 'node:events';
import { WebSocket } from 'ws';

/**
 * Returns the number of bytes in use after a garbage collection, in a process that was started with `--inspect` on the
 * port.
 */
export async function heapInUse(inspectorPort: number): Promise<number> {
  const [target] = (await (await fetch(`http://127.0.0.1:${inspectorPort}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const socket = new WebSocket(target!.webSocketDebuggerUrl);
  await once(socket, 'open');
  const call = async (method: string) => {
    socket.send(JSON.stringify({ id: 1, method }));
    const [message] = await once(socket, 'message');
    return JSON.parse(String(message)).result;
  };
  try {
    await call('HeapProfiler.collectGarbage');
    const { usedSize } = await call('Runtime.getHeapUsage');
    return usedSize;
  } finally {
    socket.close();
  }
}
