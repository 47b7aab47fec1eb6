// A WebSocket for graphql-ws with limits on its memory.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { makeServer } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../../access/caller.js';
import { processorTime, type RequestCost } from '../../admission/request-cost.js';
import { isJsonObject } from '../../json/is-json-object.js';
import { stringifyDeep } from '../../json/stringify-deep.js';
import { declareLimit } from '../../limits.js';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import type { MemoryLedger } from '../../memory/memory-ledger.js';
import type { IncomingRequest } from '../../request/incoming-request.js';
import type { Scopes } from '../../request/scope.js';
import { admitWebSocket, followStream, setWebSocketIdle } from '../connections.js';
import { bodyWeight, CountedBody, minBodyBytes, parseMs } from '../protection/body-memory.js';
import { endWhenStalled } from '../protection/slow-readers.js';
import { type Receiver, ReceiverGate } from './receiver-gate.js';
import type { ResponseText } from './websocket-operation.js';

/** Above this, the client's messages are not read. */
const maxUnsentBytes = declareLimit(65_536, {
  section: 'HTTP',
  name: 'unsent bytes of a WebSocket',
  unit: 'bytes',
  beyond: 'no messages are read from it',
});
/** Unsent messages are held both as text and as bytes. */
const unsentWeight = 2;

/**
 * Stands for a response until its message is complete, so that its text need not be parsed just to be written again.
 */
const placeholder = `response:${randomUUID()}`;

type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, WebSocketConnection>>;

/** A token has up to 8 KB, and some clients send it twice. */
const maxInitBytes = declareLimit(24 * 1024, {
  section: 'HTTP',
  name: 'WebSocket message before the accepted `connection_init`',
  unit: 'bytes',
  beyond: 'closed: 1009',
});

/**
 * The options for `ws`. Each turn of the event loop handles one message per connection, because a chunk may contain
 * thousands.
 */
export const receiverOptions = { maxPayload: maxInitBytes, allowSynchronousEvents: false } as const;

const terminateAfterMs = declareLimit(1000, {
  section: 'HTTP',
  name: 'time a client has to close a WebSocket that is evicted to make room for another, or has no accepted token',
  unit: 'ms',
  shownAs: 's',
  beyond: 'the connection is closed',
});
/** A chunk of received bytes takes at least this much memory. */
const minChunkBytes = 256;
/** The close code for a connection that may be reopened later. */
export const tryAgainLater = 1013;

const maxMessagesWithoutToken = declareLimit(10, {
  section: 'HTTP',
  name: 'messages, pings and pongs of a WebSocket before its token is accepted',
  beyond: 'closed: 4400',
});

interface ConnectionOptions {
  readonly memory: MemoryLedger;
  /** The limit on a message once a token was accepted. */
  readonly maxMessageBytes: number;
  readonly scopes: Pick<Scopes, 'openBodyCost'>;
}

export class WebSocketConnection {
  /** Set once the connection's token was accepted. */
  caller: Caller | undefined;
  /** The code with which the gateway closed the connection. */
  closeCode: number | undefined;
  readonly rawHeaders: readonly string[];
  readonly #gate: ReceiverGate;
  #operations = 0;
  /** Whether the current message has started an operation. */
  #isOperation = false;
  #messagesWithoutToken = 0;
  /** The cost of the connection's messages, excluding operations; `undefined` until a token is accepted. */
  #cost: RequestCost | undefined;
  #response: string | undefined;
  #unsent: MemoryHolding | undefined;
  /** `null` if there is no room for the message. */
  #body: CountedBody | null | undefined;
  /** Aborted when the connection is closed. */
  readonly #closed = new AbortController();
  #owesPoints = false;
  #awaitsPong = false;
  /** The memory for the bytes of incomplete messages. */
  #incomplete: MemoryHolding | undefined;

  constructor(
    readonly socket: WebSocket,
    private readonly upgrade: Pick<IncomingMessage, 'socket' | 'rawHeaders'>,
    readonly request: IncomingRequest,
    private readonly options: ConnectionOptions,
  ) {
    this.rawHeaders = upgrade.rawHeaders;
    this.#gate = new ReceiverGate(this.#receiver);
    // Added after the listener of `ws`, so that it counts the bytes that `ws` keeps.
    upgrade.socket.on('data', () => this.#countIncomplete());
    // This event precedes that of `ws`, which waits until everything that has arrived is parsed.
    upgrade.socket.once('close', () => this.#gate.discard());
    socket.on('ping', () => this.#countMessage());
    socket.on('pong', () => {
      if (!this.#awaitsPong) this.#countMessage();
      this.#awaitsPong = false;
    });
    // If a frame is malformed or too large, `ws` closes the connection with the protocol's own code.
    socket.on('error', (error) => {
      request.log.debug({ err: error }, 'WebSocket failed');
      if (this.caller === undefined) this.#terminateSoon();
    });
    socket.once('close', () => {
      this.#closed.abort();
      this.#unsent?.close();
      this.#incomplete?.close();
    });
  }

  get #receiver(): Receiver {
    return (this.socket as unknown as { readonly _receiver: Receiver })._receiver;
  }

  /** Accepts the caller's messages, and keeps the connection open. */
  admit(caller: Caller): void {
    const { socket } = this.upgrade;
    this.caller = caller;
    this.#cost = this.options.scopes.openBodyCost(this.request);
    this.#receiver._maxPayload = this.options.maxMessageBytes;
    admitWebSocket(socket, caller.id, () => this.#giveWay());
    endWhenStalled(socket, socket);
  }

  get operations(): number {
    return this.#operations;
  }

  beginOperation(): void {
    this.#isOperation = true;
    this.#operations += 1;
    if (this.#operations === 1) setWebSocketIdle(this.upgrade.socket, false);
  }

  endOperation(): void {
    this.#operations -= 1;
    if (this.#operations === 0) setWebSocketIdle(this.upgrade.socket, true);
  }

  /** Excludes the connection from the connection limit while it has a stream. */
  followStream(signal: AbortSignal): void {
    followStream(this.upgrade.socket, signal);
  }

  /**
   * Closes the connection. Nothing more is read, not even the client's confirmation, which follows all other messages.
   */
  close(code?: number, reason?: string): void {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return;
    this.closeCode = code;
    socket.close(code, reason);
    this.#gate.discard();
    this.#releaseIncomplete();
    // The server waits for the client to end the connection, because its confirmation is not read.
    this.upgrade.socket.end();
    socket.resume();
    if (this.caller === undefined) this.#terminateSoon();
  }

  /** Sends a ping, or ends the connection if the previous one got no pong. */
  ping(): void {
    const { socket } = this;
    // A ping would wait behind unsent messages, which have their own limits, and its pong behind messages that are not
    // read.
    if (socket.bufferedAmount > 0 || socket.isPaused || socket.readyState !== socket.OPEN) return;
    if (this.#awaitsPong) socket.terminate();
    this.#awaitsPong = true;
    socket.ping();
  }

  /** Ends a connection that is being closed, whether or not its client confirms that. */
  #terminateSoon(): void {
    setTimeout(() => this.socket.terminate(), terminateAfterMs).unref();
  }

  /** Closes the connection in favour of others. */
  #giveWay(): void {
    this.close(tryAgainLater, 'Try again later');
    this.#terminateSoon();
  }

  /**
   * @param onFault called with errors that the protocol cannot report @returns a function to call once the connection
   * is closed
   */
  open(protocol: Protocol, onFault: (fault: unknown) => void): (code: number, reason: string) => Promise<void> {
    return protocol.opened(
      {
        protocol: this.socket.protocol,
        send: (message) => this.#send(message),
        close: (code, reason) => this.close(code, reason),
        onMessage: (handle) => {
          this.socket.on('message', (data: RawData, isBinary) => {
            if (this.#cost === undefined) this.#countMessage();
            if (this.socket.readyState !== this.socket.OPEN) return;
            this.#releaseIncomplete();
            if (isBinary) return this.close(4400, 'Invalid message received');
            this.#isOperation = false;
            const text = String(data);
            const isLarge = text.length >= minBodyBytes;
            if (isLarge) this.#body = this.#holdBody(data as Buffer);
            handle(withText(text)).catch(onFault);
            this.#body?.close();
            this.#body = undefined;
            // An operation has its own cost, and a large message has its own account.
            if (this.#cost === undefined || this.#isOperation) return;
            this.#countMessage(isLarge ? 0 : parseMs(data as Buffer));
          });
        },
      },
      this,
    );
  }

  /**
   * Counts a message or control frame. Without an accepted token, only a few are allowed; with one, the caller pays for
   * them.
   */
  #countMessage(bodyMs = 0): void {
    if (this.#cost === undefined) {
      this.#messagesWithoutToken += 1;
      if (this.#messagesWithoutToken > maxMessagesWithoutToken) this.close(4400, 'Too many messages before the token');
      return;
    }
    this.#cost.addProcessor(processorTime.message + bodyMs);
    if (!this.#cost.isBalancePositive) void this.#waitForPoints(this.#cost);
  }

  /**
   * Transfers the current message's account to the caller of this method, which must close it. Returns `null` if there
   * is no room for the message.
   */
  takeBody(): CountedBody | undefined | null {
    const body = this.#body;
    this.#body = undefined;
    return body;
  }

  /** Returns the payload of the next message. */
  payloadOf(response: ResponseText): object {
    return {
      toJSON: () => {
        this.#response = response.text;
        // Otherwise the text would stay in memory until the client has read it.
        response.text = '';
        return placeholder;
      },
    };
  }

  #send(message: string): Promise<void> {
    const { socket } = this;
    const response = this.#response;
    this.#response = undefined;
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const text = response === undefined ? message : message.replace(`"${placeholder}"`, () => response);
      socket.send(text, (error) => {
        this.#countUnsent();
        if (error) reject(error);
        else resolve();
      });
      this.#countUnsent();
    });
  }

  #countUnsent(): void {
    const { socket, caller } = this;
    const bytes = socket.bufferedAmount;
    if (bytes > maxUnsentBytes) socket.pause();
    else if (socket.isPaused && !this.#owesPoints) socket.resume();
    if (caller === undefined) return;
    this.#unsent ??= this.options.memory.unsent.hold(caller.id, {
      weight: unsentWeight,
      measure: () => socket.bufferedAmount,
      end: () => socket.terminate(),
    });
    this.#unsent.reserveUnsent(bytes);
  }

  #holdBody(message: Buffer): CountedBody | null {
    const memory = this.#openBody();
    const cost = this.options.scopes.openBodyCost(this.request);
    const body = new CountedBody(memory, cost);
    const hasRoom = memory.take(message.length);
    body.countText(message);
    if (!cost.isBalancePositive) void this.#waitForPoints(cost);
    if (hasRoom) return body;
    body.close();
    return null;
  }

  /** Reads no more messages until the caller has points again. */
  async #waitForPoints(cost: RequestCost): Promise<void> {
    if (this.#owesPoints) return;
    this.#owesPoints = true;
    this.socket.pause();
    this.#gate.hold();
    await cost.untilBalancePositive(this.#closed.signal);
    this.#owesPoints = false;
    this.#gate.release();
    this.#countUnsent();
  }

  #openBody(): MemoryHolding {
    const { caller, socket, options } = this;
    return options.memory.bodies.hold(caller?.id ?? 'nobody', {
      weight: bodyWeight,
      end: () => socket.terminate(),
    });
  }

  /** Counts the bytes of incomplete messages that have arrived. */
  #countIncomplete(): void {
    const { _bufferedBytes, _messageLength, _buffers, _fragments } = this.#receiver;
    const received = _bufferedBytes + _messageLength;
    const bytes = Math.max(received, (_buffers.length + _fragments.length) * minChunkBytes);
    if (bytes < minBodyBytes) {
      this.#releaseIncomplete();
      return;
    }
    this.#incomplete ??= this.#openBody();
    if (!this.#incomplete.take(bytes - this.#incomplete.bytes)) this.#giveWay();
  }

  /** Releases these bytes, because the message is complete and is counted as a whole. */
  #releaseIncomplete(): void {
    this.#incomplete?.close();
    this.#incomplete = undefined;
  }
}

/**
 * Adds an empty query to a message that contains a document id, because graphql-ws requires a query for each operation.
 */
function withText(message: string): string {
  if (!/"documentId"|"persistedQuery"/.test(message)) return message;
  try {
    const parsed: unknown = JSON.parse(message);
    if (!isJsonObject(parsed) || !isJsonObject(parsed.payload) || parsed.payload.query != null) return message;
    return stringifyDeep({ ...parsed, payload: { ...parsed.payload, query: '' } });
  } catch {
    return message;
  }
}
