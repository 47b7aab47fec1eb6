import { connect } from 'node:net';

/** How long a server has nothing more to say once it has begun, where it keeps the connection. */
const quietMs = 400;

export interface RawResponses {
  readonly statuses: readonly number[];
  /** All bytes that came back. */
  readonly text: string;
  readonly isClosed: boolean;
}

/** Sends bytes as they are, piece by piece with a pause in between, and collects what comes back. */
export function sendRaw(port: number, pieces: string | readonly string[], pauseMs = 20): Promise<RawResponses> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let quiet: NodeJS.Timeout | undefined;
    const finish = (isClosed: boolean) => {
      clearTimeout(quiet);
      socket.destroy();
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      resolve({ statuses, text, isClosed });
    };
    socket.setEncoding('latin1');
    // A server that closes while more is being sent resets the connection.
    socket.on('error', () => {});
    socket.on('close', () => finish(true));
    socket.on('data', (chunk) => {
      text += chunk;
      clearTimeout(quiet);
      quiet = setTimeout(finish, quietMs, false);
    });
    void (async () => {
      for (const piece of [pieces].flat()) {
        socket.write(piece, 'latin1');
        await new Promise((sent) => setTimeout(sent, pauseMs));
      }
    })();
  });
}
