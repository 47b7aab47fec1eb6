// A WebSocket as graphql-ws needs it, with what bounds its memory.

import { randomUUID } from 'node:crypto';
import type { makeServer } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../../access/caller.js';
import type { RequestLogFields } from '../../graphql/context.js';
import { isJsonObject } from '../../json/is-json-object.js';
import type { ResponseText } from './websocket-operation.js';

// limit | HTTP | messages that a WebSocket has not read | | no more of its own are read
/** Of a client that sends without reading what it gets, no more is read meanwhile. */
const maxUnsentMessages = 32;

/** Stands for a response until its message is complete, so that its text is not parsed to be written again. */
const placeholder = `response:${randomUUID()}`;

type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, WebSocketConnection>>;

export class WebSocketConnection {
  /** Once its token was accepted. */
  caller: Caller | undefined;
  operations = 0;
  #response: string | undefined;
  #unsent = 0;

  constructor(
    readonly socket: WebSocket,
    readonly rawHeaders: readonly string[],
    readonly request: RequestLogFields,
  ) {}

  /** @param onFault of what the protocol cannot answer @returns what is to be called when it has closed */
  open(protocol: Protocol, onFault: (fault: unknown) => void): (code: number, reason: string) => Promise<void> {
    return protocol.opened(
      {
        protocol: this.socket.protocol,
        send: (message) => this.#send(message),
        close: (code, reason) => this.socket.close(code, reason),
        onMessage: (handle) => {
          this.socket.on('message', (data: RawData, isBinary) => {
            if (isBinary) this.socket.close(4400, 'Invalid message received');
            else handle(withText(String(data))).catch(onFault);
          });
        },
      },
      this,
    );
  }

  /** The payload of the message that is sent next. */
  payloadOf({ text }: ResponseText): object {
    return {
      toJSON: () => {
        this.#response = text;
        return placeholder;
      },
    };
  }

  #send(message: string): Promise<void> {
    const { socket } = this;
    const response = this.#response;
    this.#response = undefined;
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    this.#unsent += 1;
    if (this.#unsent > maxUnsentMessages) socket.pause();
    return new Promise((resolve, reject) => {
      const text = response === undefined ? message : message.replace(`"${placeholder}"`, () => response);
      socket.send(text, (error) => {
        this.#unsent -= 1;
        if (socket.isPaused && this.#unsent <= maxUnsentMessages) socket.resume();
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

/** graphql-ws requires a text of each operation, in place of which a client may send the id of a document. */
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
