// A TCP proxy in front of a server that fails on request: it cuts connections, rejects them, or drops their bytes.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { listenOnFreePort } from './free-port.js';

/** Closed with a FIN, as by a server that exits, or with a RST, as by a machine that has restarted. */
type Ending = 'closed' | 'reset';

export class TcpProxy {
  #server: Server | undefined;
  #port = 0;
  #hangs = false;
  readonly #sockets = new Set<Socket>();
  /** Connections that no longer transfer anything. */
  readonly #frozen = new Set<Socket>();
  /** Clients that have sent something since the proxy started to hang. */
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

  /** Breaks all connections. New ones work. */
  cut(ending: Ending = 'closed'): void {
    for (const socket of this.#sockets) {
      if (ending === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    }
    this.#sockets.clear();
  }

  /** Breaks all connections, and rejects new ones until `accept`. */
  async reject(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && new Promise((resolve) => server.close(resolve));
    this.cut();
    await closed;
  }

  /** Keeps connections open and accepts new ones, but transfers nothing until `accept`. */
  hang(): void {
    this.#hangs = true;
    this.#unanswered.clear();
  }

  /** Keeps open connections without transferring bytes, as after a firewall restart. New ones work. */
  freeze(): void {
    for (const socket of this.#sockets) this.#frozen.add(socket);
    this.#unanswered.clear();
  }

  /** While it hangs or is frozen, resolves when this number of clients has sent something. */
  untilUnanswered(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onUnanswered = () => {
        if (this.#unanswered.size >= count) resolve();
      };
      this.#onUnanswered();
    });
  }

  /** Makes it work again on the same port. If it was hanging, only new connections work. */
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
