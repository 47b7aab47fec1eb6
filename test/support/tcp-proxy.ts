// A TCP proxy before a server that fails on demand: cuts connections, rejects them, or swallows their bytes.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { listenOnFreePort } from './free-port.js';

/** Closed with a FIN, as a server does that ends, or with a RST, as a machine does that has restarted. */
type Ending = 'closed' | 'reset';

export class TcpProxy {
  #server: Server | undefined;
  #port = 0;
  #hangs = false;
  readonly #sockets = new Set<Socket>();
  /** Connections that no longer carry anything. */
  readonly #frozen = new Set<Socket>();
  /** Clients that have sent something since it hangs. */
  readonly #unanswered = new Set<Socket>();
  #onUnanswered = () => {};
  /** The first bytes of each client. */
  readonly firstBytes: Buffer[] = [];

  private constructor(private readonly target: { readonly host: string; readonly port: number }) {}

  static async start(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await proxy.accept();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Breaks every connection; new ones work. */
  cut(ending: Ending = 'closed'): void {
    for (const socket of this.#sockets) {
      if (ending === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    }
    this.#sockets.clear();
  }

  /** Breaks every connection and rejects new ones until `accept`. */
  async reject(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && new Promise((resolve) => server.close(resolve));
    this.cut();
    await closed;
  }

  /** Connections stay open and new ones are accepted, but nothing comes through until `accept`. */
  hang(): void {
    this.#hangs = true;
    this.#unanswered.clear();
  }

  /** Open connections stay open without carrying bytes, as after a restart of a firewall; new ones work. */
  freeze(): void {
    for (const socket of this.#sockets) this.#frozen.add(socket);
    this.#unanswered.clear();
  }

  /** While it hangs or is frozen: resolves when so many clients have sent something. */
  untilUnanswered(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onUnanswered = () => {
        if (this.#unanswered.size >= count) resolve();
      };
      this.#onUnanswered();
    });
  }

  /** Works again: on the same port, and with new connections only where it hung. */
  async accept(): Promise<void> {
    if (this.#hangs) this.cut();
    this.#hangs = false;
    if (this.#server) return;
    const server = createServer((client) => this.#connect(client));
    if (this.#port === 0) this.#port = await listenOnFreePort(server);
    else await once(server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#server = server;
  }

  #connect(client: Socket): void {
    this.#track(client);
    client.once('data', (bytes: Buffer) => this.firstBytes.push(bytes));
    client.on('data', () => {
      if (!this.#isSilent(client)) return;
      this.#unanswered.add(client);
      this.#onUnanswered();
    });
    if (this.#hangs) return;
    const server = this.#track(connect(this.target));
    this.#forward(client, server);
    this.#forward(server, client);
  }

  #track(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    return socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#frozen.delete(socket);
    });
  }

  #forward(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      if (!this.#isSilent(from)) to.write(bytes);
    });
    from.on('close', () => to.destroy());
  }

  #isSilent(socket: Socket): boolean {
    return this.#hangs || this.#frozen.has(socket);
  }
}
