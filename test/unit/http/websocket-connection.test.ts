import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pino } from 'pino';
import { WebSocket, WebSocketServer } from 'ws';
import { type PointAccount, RequestCost } from '../../../src/admission/request-cost.js';
import { bodyWeight } from '../../../src/http/protection/body-memory.js';
import { receiverOptions, WebSocketConnection } from '../../../src/http/websocket/websocket-connection.js';
import { MemoryLedger } from '../../../src/memory/memory-ledger.js';
import type { IncomingRequest } from '../../../src/request/incoming-request.js';
import { createCaller } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';

/** Twice this amount is held in messages, as text and as bytes. */
const maxUnsentBytes = 64 * 1024 * 1024;
const maxMessageBytes = 1024 * 1024;

interface ProtocolSocket {
  send(message: string): Promise<void>;
}

interface ConnectionSettings {
  /** `null` if the token was not accepted. */
  readonly caller?: string | null;
  readonly openBodyCost?: () => RequestCost;
  /** Called with each message that the protocol receives. */
  readonly onMessage?: (connection: WebSocketConnection) => void;
}

/** A connection whose protocol is implemented by the test. */
async function connectTwo(
  memory = new MemoryLedger(maxUnsentBytes * 4),
  { caller = 'ada', openBodyCost = () => new RequestCost(), onMessage = () => {} }: ConnectionSettings = {},
) {
  const { allowSynchronousEvents } = receiverOptions;
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', allowSynchronousEvents });
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [socket, upgrade] = (await once(server, 'connection')) as [WebSocket, IncomingMessage];
  await once(client, 'open');
  let protocol: ProtocolSocket | undefined;
  const log = pino({ level: 'silent' });
  const connection = new WebSocketConnection(socket, upgrade, { log } as unknown as IncomingRequest, {
    memory,
    maxMessageBytes,
    scopes: { openBodyCost },
  });
  if (caller !== null) connection.admit(createCaller(caller));
  const handled: string[] = [];
  connection.open(
    {
      opened(opened) {
        protocol = opened as ProtocolSocket;
        opened.onMessage(async (message) => {
          handled.push(message);
          onMessage(connection);
        });
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
    /** Messages that the protocol received. */
    handled,
    /** Sends the bytes of frames. The mask of zeros leaves them unchanged. */
    write: (bytes: Buffer) => void (client as unknown as { readonly _socket: Socket })._socket.write(bytes),
    close: () => {
      client.terminate();
      server.close();
    },
  };
}

describe('the connection of a WebSocket', () => {
  it('pauses reading while its client does not read', async () => {
    // Above the limit for unsent bytes, a busy machine would close the connection.
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

/** Returns a client's frame that announces a number of bytes, but contains fewer. */
function startOfFrame(bytes: number, announced: number): Buffer {
  const head = Buffer.alloc(14);
  head.writeUInt16BE(0x81ff);
  head.writeBigUInt64BE(BigInt(announced), 2);
  return Buffer.concat([head, Buffer.alloc(bytes, 'x')]);
}
/** A fragment of one byte, from a message without a last fragment. */
const firstFragment = Buffer.from([0x01, 0x81, 0, 0, 0, 0, 0x78]);
const nextFragment = Buffer.from([0x00, 0x81, 0, 0, 0, 0, 0x78]);
const fragments = (count: number) =>
  Buffer.concat([firstFragment, ...Array.from({ length: count - 1 }, () => nextFragment)]);

/** The members of the receiver of `ws` that the connection reads and sets, which `ws` does not document. */
interface Receiver {
  readonly _bufferedBytes: number;
  readonly _buffers: readonly Buffer[];
  readonly _messageLength: number;
  readonly _fragments: readonly Buffer[];
  _maxPayload: number;
}

const receiverOf = (socket: WebSocket) => (socket as unknown as { readonly _receiver: Receiver })._receiver;

describe('the receiver of ws', () => {
  it('counts the bytes of a frame that is incomplete, in its chunks', async () => {
    const { socket, write, close } = await connectTwo();
    expect(receiverOf(socket)).toMatchObject({ _bufferedBytes: 0, _messageLength: 0, _buffers: [], _fragments: [] });
    write(startOfFrame(100_000, 200_000));
    await eventually(async () => expect(receiverOf(socket)._bufferedBytes).toBe(100_000));
    const lengths: number[] = receiverOf(socket)._buffers.map(({ length }) => length);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(100_000);
    close();
  });

  it('counts the bytes of fragments of a message that is incomplete', async () => {
    const { socket, write, close } = await connectTwo();
    write(fragments(1000));
    await eventually(async () => expect(receiverOf(socket)._messageLength).toBe(1000));
    expect(receiverOf(socket)._fragments).toHaveLength(1000);
    close();
  });

  it('raises its limit on messages once the token was accepted', async () => {
    const { connection, socket, client, handled, close } = await connectTwo(undefined, { caller: null });
    receiverOf(socket)._maxPayload = 1000;
    client.send('x'.repeat(1000));
    await eventually(async () => expect(handled).toHaveLength(1));
    connection.admit(createCaller('ada'));
    client.send('x'.repeat(maxMessageBytes));
    await eventually(async () => expect(handled).toHaveLength(2));
    client.send('x'.repeat(maxMessageBytes + 1));
    expect(await once(client, 'close')).toEqual([1009, expect.anything()]);
    close();
  });
});

describe('incomplete messages of WebSockets', () => {
  const length = 100_000;
  /** With room for two and a half of them. */
  const createMemory = () => new MemoryLedger(8 * bodyWeight * 2.5 * length);
  const max = 2.5 * length * bodyWeight;

  it.each([
    ['frames', startOfFrame(length, 2 * length)],
    // A fragment counts as 256 bytes.
    ['fragments', fragments(length / 256)],
  ])('close those connections for which the account has no room: %s', async (_what, bytes) => {
    const memory = createMemory();
    const connections: Awaited<ReturnType<typeof connectTwo>>[] = [];
    for (let count = 0; count < 6; count += 1) connections.push(await connectTwo(memory, { caller: null }));
    const closed = connections.map(({ client }) => once(client, 'close'));
    let most = 0;
    for (const { socket } of connections) {
      const stream = (socket as unknown as { readonly _socket: Socket })._socket;
      stream.on('data', () => {
        most = Math.max(most, memory.bodies.usedBytes);
      });
    }
    for (const { write } of connections) write(bytes);
    const isClosed = async () => connections.filter(({ client }) => client.readyState !== WebSocket.OPEN).length;
    await eventually(async () => expect(await isClosed()).toBe(4));
    expect(await Promise.race(closed)).toEqual([1013, Buffer.from('Try again later')]);
    expect(most).toBeLessThanOrEqual(max);
    await eventually(async () => expect(memory.bodies.usedBytes).toBeLessThanOrEqual(2.1 * length * bodyWeight));
    for (const { close } of connections) close();
    await eventually(async () => expect(memory.bodies.usedBytes).toBe(0));
  });

  it('close the oldest of the caller that holds most, for one that holds less', async () => {
    const memory = createMemory();
    const greedy = [await connectTwo(memory), await connectTwo(memory)];
    const modest = await connectTwo(memory, { caller: 'ben' });
    for (const [index, { write }] of greedy.entries()) {
      write(startOfFrame(length, 2 * length));
      await eventually(async () => expect(memory.bodies.usedBytes).toBe((index + 1) * length * bodyWeight));
    }
    modest.write(startOfFrame(length, 2 * length));
    await once(greedy[0]!.client, 'close');
    await eventually(async () => expect(memory.bodies.usedBytes).toBe(2 * length * bodyWeight));
    expect([greedy[1]!, modest].map(({ client }) => client.readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
    for (const { close } of [...greedy, modest]) close();
  });

  it('stop the reading of a connection that is closed for them', async () => {
    const memory = createMemory();
    const { socket, client, write, close } = await connectTwo(memory);
    // The client does not read the close frame.
    client.pause();
    const closed = once(socket, 'close');
    const other = await connectTwo(memory, { caller: 'ben' });
    other.write(startOfFrame(length, 2 * length));
    await eventually(async () => expect(memory.bodies.usedBytes).toBe(length * bodyWeight));
    // There is no room for a caller that holds more than the other one.
    write(startOfFrame(2.2 * length, maxMessageBytes));
    await eventually(async () => expect(socket.readyState).not.toBe(WebSocket.OPEN));
    for (let count = 0; count < 7; count += 1) write(Buffer.alloc(length));
    await closed;
    expect(receiverOf(socket)._bufferedBytes).toBeLessThan(3 * length);
    close();
    other.close();
  });
});

/** Returns a client's frame with a short payload. */
const frame = (opcode: number, payload = '') =>
  Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]);
const [textFrame, binaryFrame, pingFrame, pongFrame] = [0x1, 0x2, 0x9, 0xa];
const textFrames = (count: number) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => frame(textFrame, String(index))));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('messages of a WebSocket that arrive together', () => {
  it('are handled one in each turn of the event loop', async () => {
    let turn = 0;
    let immediate: NodeJS.Immediate;
    const countTurn = () => {
      turn += 1;
      immediate = setImmediate(countTurn);
    };
    countTurn();
    const turns: number[] = [];
    const { write, handled, close } = await connectTwo(undefined, { onMessage: () => void turns.push(turn) });
    write(textFrames(50));
    await eventually(async () => expect(handled).toEqual(numbers(50)));
    expect(new Set(turns).size).toBe(50);
    clearImmediate(immediate!);
    close();
  });

  it.each([
    ['its connection_init is rejected', textFrames(100), ['0'], 4401],
    ['it is binary', Buffer.concat([frame(binaryFrame), textFrames(100)]), [], 4400],
  ])('are not parsed behind the first one without an accepted token, if %s', async (_why, bytes, expected, code) => {
    const onMessage = (connection: WebSocketConnection) => connection.close(4401, 'Unauthorized');
    const { write, socket, client, handled, close } = await connectTwo(undefined, { caller: null, onMessage });
    const isClosed = once(socket, 'close');
    let parsed = 0;
    socket.on('message', () => {
      parsed += 1;
    });
    write(bytes);
    expect((await once(client, 'close'))[0]).toBe(code);
    await isClosed;
    expect(parsed).toBe(1);
    expect(handled).toEqual(expected);
    close();
  });

  it.each([
    ['messages', textFrames(100), 10],
    ['pings', Buffer.concat([...Array(9).fill(frame(pingFrame)), textFrames(100)]), 1],
    ['pongs', Buffer.concat([...Array(9).fill(frame(pongFrame)), textFrames(100)]), 1],
  ])('are handled without an accepted token until there were ten: %s', async (_what, bytes, count) => {
    const { write, socket, client, handled, close } = await connectTwo(undefined, { caller: null });
    const isClosed = once(socket, 'close');
    write(bytes);
    expect((await once(client, 'close'))[0]).toBe(4400);
    await isClosed;
    expect(handled).toEqual(numbers(count));
    close();
  });
});

/** An account with this number of points. */
class TestAccount implements PointAccount {
  taken = 0;
  pay = () => {};

  constructor(public remaining: number) {}

  admit = () => null;

  take(points: number): void {
    this.taken += points;
  }

  get status() {
    return { limit: 10, remaining: this.remaining, resetSeconds: 1, restoreRate: 10 };
  }

  untilBalancePositive(): Promise<void> {
    return new Promise((resolve) => {
      this.pay = resolve;
    });
  }
}

describe('the points of a caller', () => {
  /** A message that is not an operation costs 0.1 points, and its bytes next to nothing. */
  const messagePoints = 0.1;

  it('pay for messages, pings and pongs, but not for the answer to a ping of the gateway', async () => {
    const account = new TestAccount(10);
    const { connection, write, client, handled, close } = await connectTwo(undefined, {
      openBodyCost: () => new RequestCost({ account }),
    });
    write(Buffer.concat([frame(pingFrame), frame(pongFrame), textFrames(3)]));
    await eventually(async () => expect(handled).toHaveLength(3));
    await eventually(async () => expect(account.taken).toBeCloseTo(5 * messagePoints, 2));
    connection.ping();
    await once(client, 'ping');
    write(textFrames(1));
    await eventually(async () => expect(handled).toHaveLength(4));
    await eventually(async () => expect(account.taken).toBeCloseTo(6 * messagePoints, 2));
    write(frame(pongFrame));
    await eventually(async () => expect(account.taken).toBeCloseTo(7 * messagePoints, 2));
    close();
  });

  it('pay for no operation by its message', async () => {
    const account = new TestAccount(10);
    const { handled, write, close } = await connectTwo(undefined, {
      openBodyCost: () => new RequestCost({ account }),
      onMessage: (connection) => connection.beginOperation(),
    });
    write(textFrames(3));
    await eventually(async () => expect(handled).toHaveLength(3));
    expect(account.taken).toBe(0);
    close();
  });
});

describe('a WebSocket whose caller has no points left', () => {
  const connectWithout = async () => {
    const account = new TestAccount(0);
    return { account, ...(await connectTwo(undefined, { openBodyCost: () => new RequestCost({ account }) })) };
  };

  it('pauses reading until points are available, and misses no message', async () => {
    const { account, protocol, socket, client, handled, close } = await connectWithout();
    const large = 'x'.repeat(10_000);
    client.send(large);
    await eventually(async () => expect(socket.isPaused).toBe(true));
    client.send('next');
    // A response that is sent in the meantime does not end the pause.
    const received = once(client, 'message');
    await protocol.send('"response"');
    await received;
    expect(socket.isPaused).toBe(true);
    expect(handled).toEqual([large]);
    account.remaining = 10;
    account.pay();
    await eventually(async () => expect(handled).toEqual([large, 'next']));
    expect(socket.isPaused).toBe(false);
    close();
  });

  it('handles none of the messages that have arrived already, until points are available', async () => {
    const { account, protocol, write, socket, client, handled, close } = await connectWithout();
    write(textFrames(20));
    await eventually(async () => expect(socket.isPaused).toBe(true));
    const received = once(client, 'message');
    await protocol.send('"response"');
    await received;
    expect(handled).toEqual(['0']);
    account.remaining = 10;
    account.pay();
    await eventually(async () => expect(handled).toEqual(numbers(20)));
    close();
  });

  it('closes although messages have arrived that are not handled', async () => {
    const { write, socket, handled, close } = await connectWithout();
    write(textFrames(20));
    await eventually(async () => expect(socket.isPaused).toBe(true));
    const closed = once(socket, 'close');
    socket.terminate();
    await closed;
    expect(handled).toEqual(['0']);
    close();
  });
});
