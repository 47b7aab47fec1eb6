import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface HalfRequest {
  sendRest(): void;
  /** All that was received, once the connection is closed. */
  readonly answer: Promise<string>;
}

/** A request of who the caller is, of which the head and a part of the body have been sent. */
export async function createHalfRequest(url: string, token: string): Promise<HalfRequest> {
  const { hostname, port } = new URL(url);
  const body = '{"query":"{ viewer { subject } }"}';
  const socket = connect(Number(port), hostname).on('error', () => {});
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  const answer = new Promise<string>((resolve) => socket.on('close', () => resolve(received)));
  await once(socket, 'connect');
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
  );
  await sleep(300);
  return { answer, sendRest: () => socket.write(body.slice(10)) };
}
