import { IncomingMessage } from 'node:http';

/**
 * A request that is upgraded only to a WebSocket. Once a server listens to `upgrade`, Node passes every request there
 * that offers one. Clients such as Java's offer `h2c` with each request and expect a response in HTTP/1.1.
 */
export class WebSocketRequest extends IncomingMessage {
  /** Set by Node's constructor, so it must not be initialized here. */
  declare private offersUpgrade: boolean | null;

  set upgrade(value: boolean | null) {
    this.offersUpgrade = value;
  }

  get upgrade(): boolean | null {
    if (!this.offersUpgrade || this.method === 'CONNECT') return this.offersUpgrade;
    return this.headers.upgrade?.toLowerCase() === 'websocket';
  }
}
