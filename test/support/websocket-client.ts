import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Gateway } from './start-gateway.js';

interface WebSocketOptions {
  readonly headers?: Record<string, string>;
  readonly protocols?: readonly string[];
}

/** A WebSocket that sends given messages, and stores those that it receives. */
export class WebSocketClient {
  readonly messages: any[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  constructor(readonly socket: WebSocket) {
    socket.on('error', () => {});
    socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Returns and removes the next message that satisfies the condition, and waits for it if necessary. */
  async next(holds: (message: any) => boolean): Promise<any> {
    for (;;) {
      const index = this.messages.findIndex(holds);
      if (index >= 0) return this.messages.splice(index, 1)[0];
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

export async function openWebSocket(
  { url }: Pick<Gateway, 'url'>,
  { headers = {}, protocols = ['graphql-transport-ws'] }: WebSocketOptions = {},
): Promise<WebSocketClient> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, [...protocols], { headers });
  const client = new WebSocketClient(socket);
  await once(socket, 'open');
  return client;
}

/** Opens a WebSocket as the subject of the accepted token. */
export async function openAs(gateway: Gateway, subject: string, token?: string): Promise<WebSocketClient> {
  const client = await openWebSocket(gateway);
  const authorization = `Bearer ${token ?? (await gateway.tokenFor(subject))}`;
  client.send({ type: 'connection_init', payload: { authorization } });
  await client.next(({ type }) => type === 'connection_ack');
  return client;
}
