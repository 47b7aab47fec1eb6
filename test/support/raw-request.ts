import { connect } from 'node:net';

export interface RawResponses {
  readonly statuses: readonly number[];
  /** All bytes received. */
  readonly text: string;
  /** Whether the server closed the connection on its own. */
  readonly isClosed: boolean;
}

const lastId = 'the-last';
/** Asks the server to close a connection that it would keep, so that no waiting is necessary. */
const lastRequest = `GET /last HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${lastId}\r\nConnection: close\r\n\r\n`;

/** The time limit for the first response. Some requests get none until the last one has arrived. */
const maxWaitMs = 500;

/** Sends bytes unchanged, piece by piece with pauses in between, and collects the responses. */
export function sendRaw(port: number, pieces: string | readonly string[], pauseMs = 20): Promise<RawResponses> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.setEncoding('latin1');
    // A server that closes while more is being sent resets the connection.
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => {
      const isClosed = !received.includes(`x-request-id: ${lastId}`);
      const text = isClosed ? received : received.slice(0, received.lastIndexOf('HTTP/1.1 404 '));
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      resolve({ statuses, text, isClosed });
    });
    void (async () => {
      for (const piece of [pieces].flat()) {
        socket.write(piece, 'latin1');
        await new Promise((sent) => setTimeout(sent, pauseMs));
        // The remaining pauses would keep the test process alive.
        if (socket.destroyed) return;
      }
      // A busy server would read the last request before responding to one after which it reads nothing more.
      await new Promise<void>((resolve) => {
        if (received !== '' || socket.destroyed) return resolve();
        const timer = setTimeout(resolve, maxWaitMs);
        const stop = () => {
          clearTimeout(timer);
          resolve();
        };
        socket.once('data', stop).once('close', stop);
      });
      if (pieces.length > 0) socket.write(lastRequest);
    })();
  });
}
