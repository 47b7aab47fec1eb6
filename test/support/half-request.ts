import { once } from 'node:events';
import { connect } from 'node:net';

interface HalfRequest {
  sendRest(): void;
  /** Everything that was received until the connection was closed. */
  readonly answer: Promise<string>;
}

/** The response to the headers of a request that expects it. */
const goOn = 'HTTP/1.1 100 Continue\r\n\r\n';

/** Sends a viewer request whose headers were read and whose body was only partly sent. */
export async function createHalfRequest(url: string, token: string): Promise<HalfRequest> {
  const { hostname, port } = new URL(url);
  const body = '{"query":"{ viewer { subject } }"}';
  const head = [
    ...['POST /graphql HTTP/1.1', 'host: x', `authorization: Bearer ${token}`, 'expect: 100-continue'],
    ...['content-type: application/json', `content-length: ${body.length}`],
  ];
  const socket = connect(Number(port), hostname).on('error', () => {});
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  const answer = new Promise<string>((resolve) => socket.on('close', () => resolve(received.replace(goOn, ''))));
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  while (!received.startsWith(goOn)) await once(socket, 'data');
  socket.write(body.slice(0, 10));
  return { answer, sendRest: () => socket.write(body.slice(10)) };
}
