import { IncomingMessage } from 'node:http';

/**
 * Once a server listens to `upgrade`, Node hands it every request that offers to upgrade. Clients such as Java's offer
 * `h2c` with each request and expect it to be answered in HTTP/1.1: only WebSockets leave the common road.
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
