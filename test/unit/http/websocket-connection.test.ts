import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { RequestCost } from '../../../src/admission/request-cost.js';
import { WebSocketConnection } from '../../../src/http/websocket/websocket-connection.js';
import { MemoryLedger } from '../../../src/memory/memory-ledger.js';
import type { RequestLogFields } from '../../../src/request-scope.js';
import { createCaller } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';

/** Twice as much as that in messages is there as text and as bytes. */
const maxUnsentBytes = 64 * 1024 * 1024;
const maxMessageBytes = 1024 * 1024;

interface ProtocolSocket {
  send(message: string): Promise<void>;
}

/** A connection whose protocol is the test. */
async function connectTwo(memory = new MemoryLedger(maxUnsentBytes * 4)) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [socket, upgrade] = (await once(server, 'connection')) as [WebSocket, IncomingMessage];
  await once(client, 'open');
  let protocol: ProtocolSocket | undefined;
  const connection = new WebSocketConnection(socket, upgrade, {} as RequestLogFields, {
    memory,
    maxMessageBytes,
    openBodyCost: () => new RequestCost(),
  });
  connection.admit(createCaller('ada'));
  connection.open(
    {
      opened(opened) {
        protocol = opened as ProtocolSocket;
        return async () => {};
      },
    },
    () => {},
  );
  return {
    memory,
    connection,
    protocol: protocol!,
    socket,
    client,
    close: () => {
      client.terminate();
      server.close();
    },
  };
}

describe('the connection of a WebSocket', () => {
  it('pauses reading while its client does not read', async () => {
    // Beyond the limit of the unsent bytes, a busy machine would close the connection.
    const { protocol, socket, client, close } = await connectTwo(MemoryLedger.unlimited());
    client.pause();
    const message = JSON.stringify('x'.repeat(1024 * 1024));
    const sent = Array.from({ length: 60 }, () => protocol.send(message));
    expect(socket.isPaused).toBe(true);
    let received = 0;
    client.on('message', () => {
      received += 1;
    });
    client.resume();
    await Promise.all(sent);
    expect(socket.isPaused).toBe(false);
    await eventually(async () => expect(received).toBe(60));
    close();
  });

  it('counts the bytes that its client has not read, and none once it has', async () => {
    const { memory, protocol, client, close } = await connectTwo();
    client.pause();
    const message = JSON.stringify('x'.repeat(1024 * 1024));
    const sent = Array.from({ length: 20 }, () => protocol.send(message));
    expect(memory.unsent.usedBytes).toBeGreaterThan(20 * message.length);
    client.resume();
    await Promise.all(sent);
    expect(memory.unsent.usedBytes).toBe(0);
    close();
  });

  it('closes when its client leaves too much unread for too long', async () => {
    const { memory, protocol, client, close } = await connectTwo();
    client.pause();
    const message = JSON.stringify('x'.repeat(1024 * 1024));
    const all = Array.from({ length: maxUnsentBytes / message.length }, () => protocol.send(message));
    const sent = Promise.allSettled(all);
    await eventually(async () => expect(memory.unsent.usedBytes).toBe(0));
    expect((await sent).at(-1)).toMatchObject({ status: 'rejected' });
    close();
  });

  it('writes the text of a response unchanged into its message', async () => {
    const { connection, protocol, client, close } = await connectTwo();
    const messages: string[] = [];
    client.on('message', (data) => messages.push(String(data)));
    const payload = connection.payloadOf({ text: '{"data": {"n": 12345678901234567890}}' });
    await protocol.send(JSON.stringify({ id: 'a', payload }));
    await protocol.send(JSON.stringify({ id: 'b' }));
    await eventually(async () =>
      expect(messages).toEqual(['{"id":"a","payload":{"data": {"n": 12345678901234567890}}}', '{"id":"b"}']),
    );
    close();
  });

  it('sends nothing once it is closed', async () => {
    const { protocol, socket, close } = await connectTwo();
    socket.close();
    await expect(protocol.send('"late"')).resolves.toBeUndefined();
    close();
  });
});
