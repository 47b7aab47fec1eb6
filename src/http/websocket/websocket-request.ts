import { IncomingMessage } from 'node:http';

/**
 * A request that can be upgraded only to a WebSocket. Once a server listens to `upgrade`, Node passes all requests to
 * that listener that offer an upgrade. Some clients, such as Java's, offer `h2c` with each request and expect a
 * response in HTTP/1.1.
 */
export class WebSocketRequest extends IncomingMessage {
  /** Node's constructor sets this member, so it must not be initialized here. */
  declare private offersUpgrade: boolean | null;

  set upgrade(value: boolean | null) {
    this.offersUpgrade = value;
  }

  get upgrade(): boolean | null {
    if (!this.offersUpgrade || this.method === 'CONNECT') return this.offersUpgrade;
    return this.headers.upgrade?.toLowerCase() === 'websocket';
  }
}
