// A WebSocket for graphql-ws, with bounds on its memory.

import { randomUUID } from 'node:crypto';
import type { makeServer } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../../access/caller.js';
import { isJsonObject } from '../../json/is-json-object.js';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import type { MemoryLedger } from '../../memory/memory-ledger.js';
import type { RequestLogFields } from '../../request-scope.js';
import { bodyWeight, minBodyBytes } from '../protection/body-memory.js';
import type { ResponseText } from './websocket-operation.js';

// limit | HTTP | unsent bytes of a WebSocket | bytes | its messages are not read
/** Messages of a client are not read while it has more unread than this. */
const maxUnsentBytes = 65_536;
/** Unsent messages are held as text and as bytes. */
const unsentWeight = 2;

/** Stands for a response until its message is complete, so that its text is not parsed to be written again. */
const placeholder = `response:${randomUUID()}`;

type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, WebSocketConnection>>;

export class WebSocketConnection {
  /** Set once its token was accepted. */
  caller: Caller | undefined;
  operations = 0;
  #response: string | undefined;
  #unsent: MemoryHolding | undefined;
  /** null: there is no room for the message. */
  #body: MemoryHolding | null | undefined;

  constructor(
    readonly socket: WebSocket,
    readonly rawHeaders: readonly string[],
    readonly request: RequestLogFields,
    private readonly memory: MemoryLedger,
  ) {
    socket.once('close', () => this.#unsent?.close());
  }

  /** @param onFault called with errors that the protocol cannot report @returns a function to call once it is closed */
  open(protocol: Protocol, onFault: (fault: unknown) => void): (code: number, reason: string) => Promise<void> {
    return protocol.opened(
      {
        protocol: this.socket.protocol,
        send: (message) => this.#send(message),
        close: (code, reason) => this.socket.close(code, reason),
        onMessage: (handle) => {
          this.socket.on('message', (data: RawData, isBinary) => {
            if (isBinary) return this.socket.close(4400, 'Invalid message received');
            const text = String(data);
            if (text.length >= minBodyBytes) this.#body = this.#holdBody(text.length);
            handle(withText(text)).catch(onFault);
            this.#body?.release();
            this.#body = undefined;
          });
        },
      },
      this,
    );
  }

  /** Hands the memory of the current message over to the caller, which releases it. null: there is no room for it. */
  takeBody(): MemoryHolding | undefined | null {
    const body = this.#body;
    this.#body = undefined;
    return body;
  }

  /** Returns the payload of the next message. */
  payloadOf(response: ResponseText): object {
    return {
      toJSON: () => {
        this.#response = response.text;
        // The text would otherwise stay in memory until the client has read it.
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
    const { socket, caller, memory } = this;
    const bytes = socket.bufferedAmount;
    if (bytes > maxUnsentBytes) socket.pause();
    else if (socket.isPaused) socket.resume();
    if (caller === undefined) return;
    this.#unsent ??= memory.unsent.hold(caller.id, {
      weight: unsentWeight,
      measure: () => socket.bufferedAmount,
      end: () => socket.terminate(),
    });
    this.#unsent.holdUnsent(bytes);
  }

  #holdBody(bytes: number): MemoryHolding | null {
    const { caller, socket, memory } = this;
    const options = { weight: bodyWeight, end: () => socket.terminate() };
    const body = memory.bodies.hold(caller?.id ?? 'nobody', options);
    return body.take(bytes) ? body : null;
  }
}

/** Adds an empty text to a message that has the id of a document: graphql-ws requires a text of each operation. */
function withText(message: string): string {
  if (!/"documentId"|"persistedQuery"/.test(message)) return message;
  try {
    const parsed: unknown = JSON.parse(message);
    if (!isJsonObject(parsed) || !isJsonObject(parsed.payload) || parsed.payload.query != null) return message;
    return JSON.stringify({ ...parsed, payload: { ...parsed.payload, query: '' } });
  } catch {
    return message;
  }
}
