// A JWKS endpoint that misbehaves on request: it stops, hangs, sends invalid data, or returns on the same port.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listenOnFreePort } from './free-port.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export class JwksServer {
  /** The number of requests received. */
  requests = 0;
  #server: Server | undefined;
  #port = 0;
  #answer: Answer = (response) => response.end('{"keys":[]}');
  #gate: Promise<void> = Promise.resolve();
  #onAnswered: (() => void)[] = [];

  static async start(keys: readonly object[] = []): Promise<JwksServer> {
    const server = new JwksServer();
    server.serve(keys);
    await server.start();
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get url(): string {
    return `${this.origin}/.well-known/jwks.json`;
  }

  serve(keys: readonly object[]): void {
    this.answerWith(JSON.stringify({ keys }));
  }

  answerWith(body: string | Buffer, status = 200, headers: Record<string, string> = {}): void {
    this.#answer = (response) => response.writeHead(status, headers).end(body);
  }

  /** Responds to each path with its document, and to all others with 404. */
  serveByPath(documents: Readonly<Record<string, unknown>>): void {
    this.#answer = (response, { url }) => {
      const document = documents[url!];
      response.writeHead(document === undefined ? 404 : 200).end(JSON.stringify(document ?? {}));
    };
  }

  /** Redirects to another path, which serves the keys. */
  redirectTo(keys: readonly object[]): void {
    this.#answer = (response, { url }) => {
      if (url === '/elsewhere') response.end(JSON.stringify({ keys }));
      else response.writeHead(302, { location: '/elsewhere' }).end();
    };
  }

  /** Delays responses until the returned function is called. */
  hold(): () => void {
    let release = () => {};
    this.#gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  /** Resolves when the next response has been sent. */
  nextAnswer(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAnswered.push(resolve);
    });
  }

  /** Starts on the same port as before, if there was one. */
  async start(): Promise<void> {
    const server = createServer(async (request, response) => {
      this.requests += 1;
      await this.#gate;
      response.on('finish', () => {
        for (const resolve of this.#onAnswered.splice(0)) resolve();
      });
      this.#answer(response, request);
    });
    if (this.#port === 0) this.#port = await listenOnFreePort(server);
    else await once(server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
}
