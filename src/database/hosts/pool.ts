// Pools whose connections go to whichever host of a target is up and suits. The driver knows one host only.

import pg from 'pg';
import { type ConnectionTarget, type Host } from '../../libpq/connection-target.js';
import { findPassword } from '../../libpq/password-file.js';
import { readTlsOptions } from '../../libpq/tls-options.js';
import { requireChannelBinding } from './channel-binding.js';
import { HostOrder } from './host-order.js';
import { matchesSessionAttributes, readSessionRole } from './session-role.js';

type ConnectCallback = (error: Error | null, client?: pg.Client) => void;
type PoolCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

/** A server may become what its connections are not for while they are open: a pooler keeps them. */
const maxLifetimeSeconds = 60;

/** How long a pool makes no further connections after the server had none left, and says so once. */
const serverFullMs = 1000;
const reportMs = 60_000;
/** SQLSTATE of a server that has no connection left, and of PgBouncer that takes no further client. */
const serverFullStates: readonly unknown[] = ['53300', '08P01'];

const connectFailures = new WeakSet<object>();

/** Whether an error kept a connection from being made. */
export function isConnectFailure(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return connectFailures.has(error) || isConnectFailure((error as Error).cause);
}

export interface HostsPoolConfig extends pg.PoolConfig {
  /** Called once a minute while the server has no connection left, and statements wait for those that are open. */
  readonly onServerFull?: ((error: Error) => void) | undefined;
}

/** The class of the target's pools, which remember together which hosts took connections. */
export function createPoolClass(target: ConnectionTarget): new (options?: HostsPoolConfig) => pg.Pool {
  const { hosts, sessionAttributes, isBalanced } = target;
  const order = new HostOrder(hosts, { isBalanced, now: () => performance.now() });
  // Any server is taken only once all have been asked whether they are a standby.
  const maxAttempts = sessionAttributes === 'prefer-standby' ? hosts.length * 2 : hosts.length;
  const HostClient = createClientClass(target, order);

  return class HostsPool extends pg.Pool {
    readonly #max = this.options.max;
    readonly #onServerFull: (error: Error) => void;
    /** Without those that are being made, which `totalCount` has, too. */
    #openCount = 0;
    #limitedUntil = Number.NEGATIVE_INFINITY;
    #reportedUntil = Number.NEGATIVE_INFINITY;

    constructor({ onServerFull = () => {}, ...options }: HostsPoolConfig = {}) {
      super({
        ...options,
        Client: HostClient as unknown as new () => pg.ClientBase,
        ...(hosts.length > 1 ? { maxLifetimeSeconds } : {}),
      });
      this.#onServerFull = onServerFull;
      this.on('connect', () => {
        this.#openCount += 1;
      });
      this.on('remove', () => {
        this.#openCount -= 1;
      });
    }

    override connect(): Promise<pg.PoolClient>;
    override connect(callback: PoolCallback): void;
    override connect(callback?: PoolCallback): Promise<pg.PoolClient> | undefined {
      const connected = this.#connectToAnyHost();
      if (callback === undefined) return connected;
      connected.then(
        (client) => callback(undefined, client, (release) => client.release(release)),
        (error) => callback(error, undefined, () => {}),
      );
      return undefined;
    }

    async #connectToAnyHost(): Promise<pg.PoolClient> {
      const startedAt = performance.now();
      if (startedAt >= this.#limitedUntil) this.options.max = this.#max;
      let isServerFull = false;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await super.connect();
        } catch (error) {
          if (!isConnectFailure(error)) throw error;
          isServerFull ||= serverFullStates.includes((error as { readonly code?: unknown }).code);
          if (attempt < maxAttempts) continue;
          const { connectionTimeoutMillis = 0 } = this.options;
          const isTimedOut = performance.now() - startedAt >= connectionTimeoutMillis;
          if (!isServerFull || this.#openCount === 0 || isTimedOut) throw error;
          this.#limitToOpenConnections(error as Error);
        }
      }
    }

    /** Without room for more connections, whoever wants one waits for one that is open. */
    #limitToOpenConnections(error: Error): void {
      const now = performance.now();
      this.options.max = this.#openCount;
      this.#limitedUntil = now + serverFullMs;
      if (now < this.#reportedUntil) return;
      this.#reportedUntil = now + reportMs;
      this.#onServerFull(error);
    }
  };
}

function createClientClass(target: ConnectionTarget, order: HostOrder): typeof pg.Client {
  const { hosts, sessionAttributes, channelBinding, connectTimeoutMs = Number.POSITIVE_INFINITY } = target;

  return class HostClient extends pg.Client {
    readonly #host: Host;
    readonly #ssl: object;

    constructor(options: pg.ClientConfig) {
      const host = order.next();
      const ssl = {};
      const { connectionTimeoutMillis = 0 } = options;
      super({
        ...options,
        ...loginOf(target, host),
        ssl: target.tls !== undefined && !host.host.startsWith('/') ? ssl : false,
        connectionTimeoutMillis: Math.min(connectTimeoutMs, Math.ceil(connectionTimeoutMillis / hosts.length)),
      });
      this.#host = host;
      this.#ssl = ssl;
      // A client that breaks while idle is the pool's to report, one at work reports by its statement.
      this.on('error', () => {});
      if (channelBinding === 'require') requireChannelBinding(this.connection);
    }

    override connect(): Promise<this>;
    override connect(callback: ConnectCallback): void;
    override connect(callback?: ConnectCallback): Promise<this> | undefined {
      const connected = this.#connect();
      if (callback === undefined) return connected;
      connected.then(() => callback(null, this), callback);
      return undefined;
    }

    async #connect(): Promise<this> {
      try {
        if (this.ssl) this.#readCertificates();
        await super.connect();
      } catch (error) {
        order.markFailed(this.#host);
        connectFailures.add(error as Error);
        throw error;
      }
      if (sessionAttributes !== 'any') await this.#assertSessionAttributes();
      order.markConnected(this.#host);
      return this;
    }

    /** Not in the constructor, from which the pool expects no error. */
    #readCertificates(): void {
      Object.assign(this.#ssl, readTlsOptions(target.tls!));
      // As the driver does, so that the key is in no dump of the client.
      if ('key' in this.#ssl) Object.defineProperty(this.#ssl, 'key', { enumerable: false });
    }

    async #assertSessionAttributes(): Promise<void> {
      try {
        const role = await readSessionRole(this);
        if (matchesSessionAttributes(sessionAttributes, role, order.isLastUsable(this.#host))) return;
        order.markUnsuitable(this.#host);
        throw new Error(`The server is not ${sessionAttributes}, as target_session_attrs wants it.`);
      } catch (error) {
        connectFailures.add(error as Error);
        this.connection.stream.destroy();
        throw error;
      }
    }
  };
}

function loginOf(target: ConnectionTarget, host: Host): pg.ClientConfig {
  const { user, database, password, passwordFile, channelBinding, tls } = target;
  return {
    ...host,
    user,
    database,
    // The driver takes undefined for no password, which its types leave out.
    password: password ?? (() => findPassword(passwordFile, { ...host, user, database }) as Promise<string>),
    enableChannelBinding: channelBinding !== 'disable',
    ...(tls?.isDirect ? { sslnegotiation: 'direct' } : {}),
  };
}
