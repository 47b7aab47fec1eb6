// Bytes sent over WebSockets: frames that never end, and clients that do not close.

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { createClientIssuer } from '../../support/client-issuer.js';
import { eventually } from '../../support/eventually.js';
import { type Gateway, useOwnGateway } from '../../support/start-gateway.js';
import { openWebSocket } from '../../support/websocket-client.js';

const issuer = createClientIssuer();
afterAll(issuer.remove);
const [text, continuation, close] = [0x1, 0x0, 0x8];

/** Returns the beginning of a client frame with a mask of zeros. */
function head(opcode: number, length: number, isFinal = true): Buffer {
  const first = (isFinal ? 0x80 : 0) | opcode;
  const mask = Buffer.alloc(4);
  if (length < 126) return Buffer.concat([Buffer.from([first, 0x80 | length]), mask]);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return Buffer.concat([Buffer.from([first, 0xff]), bytes, mask]);
}
const frame = (opcode: number, payload: string, isFinal = true) =>
  Buffer.concat([head(opcode, payload.length, isFinal), Buffer.from(payload)]);

/** Returns the first bytes of a frame that announces more. */
const partOfFrame = (bytes: number, announced: number) =>
  Buffer.concat([head(text, announced), Buffer.alloc(bytes, 'x')]);
/** Returns one-byte fragments of a message without a final fragment. */
const fragments = (count: number) =>
  Buffer.concat([frame(text, 'x', false), ...Array.from({ length: count - 1 }, () => frame(continuation, 'x', false))]);

/** A WebSocket that sends nothing on its own. */
class RawWebSocket {
  #received = Buffer.alloc(0);

  constructor(readonly socket: Socket) {
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
  }

  get received(): Buffer {
    return this.#received;
  }

  send(message: unknown): void {
    this.socket.write(frame(text, JSON.stringify(message)));
  }
}

async function openRaw({ url }: Gateway): Promise<RawWebSocket> {
  // The client does not close its half of the connection either when the gateway closes the other one.
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
  const lines = [
    ...['GET /graphql HTTP/1.1', 'host: x', 'connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'],
    ...[`sec-websocket-key: ${randomBytes(16).toString('base64')}`, 'sec-websocket-protocol: graphql-transport-ws'],
  ];
  const client = new RawWebSocket(socket);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await eventually(async () => expect(String(client.received)).toMatch(/^HTTP\/1\.1 101 .+\r\n\r\n/s));
  return client;
}

async function bodyBytesOf({ url }: Gateway): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^gateway_memory_bytes\{account="bodies"\} (\S+)$/m.exec(metrics)![1]);
}

const init = (authorization: string) => ({ type: 'connection_init', payload: { authorization } });

async function openAdmitted(gateway: Gateway): Promise<RawWebSocket> {
  const client = await openRaw(gateway);
  client.send(init(`Bearer ${issuer.tokenOf('app', 'ada')}`));
  await eventually(async () => expect(String(client.received)).toContain('connection_ack'));
  return client;
}

/**
 * Resolves once the gateway has disconnected a client that does not close, before a client that sends nothing gets
 * 4408.
 */
async function expectDisconnected(gateway: Gateway, client: RawWebSocket): Promise<void> {
  // The silent client has ten seconds to send its token, and then gets a code. ws would wait thirty seconds for a
  // response.
  const silent = await openRaw(gateway);
  const silentStart = silent.received.length;
  await eventually(async () => {
    // The client gets a reset once the gateway has closed both halves.
    if (client.socket.writable) client.socket.write(frame(text, 'x'));
    expect(client.socket.closed).toBe(true);
  });
  expect(silent.received.length).toBe(silentStart);
  silent.socket.destroy();
}

describe('a WebSocket', () => {
  const gateway = useOwnGateway({ environment: issuer.environment });
  /** Returns a header with a token of about 8,000 bytes, the maximum length. */
  const longAuthorization = () => {
    const withPadding = (length: number) => issuer.tokenOf('app', 'ada', { padding: 'a'.repeat(length) });
    const token = withPadding(Math.floor(((8000 - withPadding(0).length) * 3) / 4));
    expect(token.length).toBeGreaterThan(7990);
    return `Bearer ${token}`;
  };
  const admitted = () => openAdmitted(gateway);

  it('accepts a connection_init with a token of 8,000 bytes twice, and afterwards a message of 900 KB', async () => {
    const authorization = longAuthorization();
    const client = await openWebSocket(gateway);
    client.send({ type: 'connection_init', payload: { authorization, headers: { authorization } } });
    await client.next(({ type }) => type === 'connection_ack');
    const payload = { query: '{ viewer { subject } }', extensions: { unused: 'x'.repeat(900_000) } };
    client.send({ type: 'subscribe', id: 'a', payload });
    expect((await client.next(({ id }) => id === 'a')).payload).toEqual({ data: { viewer: { subject: 'ada' } } });
    client.socket.close();
  });

  it('closes with 1009 for a message of more than 24 KiB before its connection_init was accepted', async () => {
    const client = await openWebSocket(gateway);
    const message = (length: number) => JSON.stringify({ type: 'ping' }).padEnd(length);
    client.send(message(24 * 1024));
    await client.next(({ type }) => type === 'pong');
    client.send(message(24 * 1024 + 1));
    expect((await client.closed).code).toBe(1009);
  });

  it('closes with 1009 for fragments of more than 24 KiB, and for a longer connection_init, although its token is good', async () => {
    const client = await openWebSocket(gateway);
    const half = ' '.repeat(12 * 1024 + 1);
    client.socket.send(half, { fin: false });
    client.socket.send(half, { fin: true });
    expect((await client.closed).code).toBe(1009);
    const other = await openWebSocket(gateway);
    const authorization = longAuthorization();
    other.send({ type: 'connection_init', payload: { authorization, unused: 'x'.repeat(24 * 1024) } });
    expect((await other.closed).code).toBe(1009);
  });

  describe.each([
    ['without a token', () => openRaw(gateway), 24_000],
    ['with an accepted token', admitted, 1_000_000],
  ])('%s', (_who, open, most) => {
    it.each([
      ['one frame', partOfFrame(most - 4000, most), most - 4000],
      ['many small fragments', fragments(5000), 5000],
    ])('has its incomplete message in the ledger until it closes: %s', async (_what, bytes, count) => {
      const client = await open();
      expect(await bodyBytesOf(gateway)).toBe(0);
      client.socket.write(bytes);
      await eventually(async () => expect(await bodyBytesOf(gateway)).toBeGreaterThanOrEqual(count));
      client.socket.destroy();
      await eventually(async () => expect(await bodyBytesOf(gateway)).toBe(0));
    });
  });

  it('releases a complete message from the ledger', async () => {
    const client = await admitted();
    const message = JSON.stringify({ type: 'ping' }).padEnd(500_000);
    const bytes = Buffer.concat([head(text, message.length), Buffer.from(message)]);
    client.socket.write(bytes.subarray(0, 400_000));
    await eventually(async () => expect(await bodyBytesOf(gateway)).toBeGreaterThan(0));
    client.socket.write(bytes.subarray(400_000));
    await eventually(async () => expect(String(client.received)).toContain('"pong"'));
    expect(await bodyBytesOf(gateway)).toBe(0);
    client.socket.destroy();
  });

  it.each([
    ['its token is nonsense', JSON.stringify(init('Bearer nonsense'))],
    ['its message is not JSON', '{'],
    ['its message is too long', ' '.repeat(25_000)],
  ])('is disconnected without an answer to its close frame, if %s', async (_why, message) => {
    const client = await openRaw(gateway);
    const start = client.received.length;
    client.socket.write(frame(text, message));
    await eventually(async () => expect(client.received[start]).toBe(0x80 | close));
    await expectDisconnected(gateway, client);
  });
});

describe('a WebSocket that gives way to another connection', () => {
  const gateway = useOwnGateway({ environment: { ...issuer.environment, MAX_CONNECTIONS: '2' } });

  it('loses its connection if it does not answer the close frame', async () => {
    const client = await openAdmitted(gateway);
    const start = client.received.length;
    const other = await openRaw(gateway);
    // Opens a third connection.
    await expectDisconnected(gateway, client);
    expect(client.received[start]).toBe(0x80 | close);
    expect(client.received.readUInt16BE(start + 2)).toBe(1013);
    other.socket.destroy();
  });
});
