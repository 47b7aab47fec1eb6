// Pools that connect to any host of a target that is up and has the right role. The driver supports only one host.

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

/** A server's role may change while connections to it are open, and a pooler keeps connections open. */
const maxLifetimeSeconds = 60;

/** The time for which a pool opens no more connections after the server ran out of them. */
const serverFullMs = 1000;
const reportMs = 60_000;
/** SQLSTATEs of a server without free connections, and of PgBouncer when it accepts no more clients. */
const serverFullStates: readonly unknown[] = ['53300', '08P01'];

const connectFailures = new WeakSet<object>();

/** Returns whether an error is a failure to connect. */
export function isConnectFailure(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return connectFailures.has(error) || isConnectFailure((error as Error).cause);
}

export interface HostsPoolConfig extends pg.PoolConfig {
  /** Called once a minute while the server has no free connections and statements wait for open ones. */
  readonly onServerFull?: ((error: Error) => void) | undefined;
}

/** Returns a class for the target's pools, which share the order of hosts. */
export function createPoolClass(target: ConnectionTarget): new (options?: HostsPoolConfig) => pg.Pool {
  const order = new HostOrder(target.hosts, () => performance.now());
  class TargetClient extends HostClient {
    constructor(options: pg.ClientConfig) {
      super(target, order, options);
    }
  }
  return class TargetPool extends HostsPool {
    constructor(options?: HostsPoolConfig) {
      super(target, TargetClient, options);
    }
  };
}

class HostsPool extends pg.Pool {
  readonly #max = this.options.max;
  readonly #maxAttempts: number;
  readonly #onServerFull: (error: Error) => void;
  /** Excludes connections that are still being opened, which `totalCount` includes. */
  #openCount = 0;
  #limitedUntil = Number.NEGATIVE_INFINITY;
  #reportedUntil = Number.NEGATIVE_INFINITY;

  constructor(
    { hosts, sessionAttributes }: ConnectionTarget,
    Client: new (options: pg.ClientConfig) => pg.Client,
    { onServerFull = () => {}, ...options }: HostsPoolConfig = {},
  ) {
    super({
      ...options,
      Client: Client as unknown as new () => pg.ClientBase,
      ...(hosts.length > 1 ? { maxLifetimeSeconds } : {}),
    });
    // A server that is not a standby is accepted only after all hosts have been tried.
    this.#maxAttempts = sessionAttributes === 'prefer-standby' ? hosts.length * 2 : hosts.length;
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
        if (attempt < this.#maxAttempts) continue;
        const { connectionTimeoutMillis = 0 } = this.options;
        const isTimedOut = performance.now() - startedAt >= connectionTimeoutMillis;
        if (!isServerFull || this.#openCount === 0 || isTimedOut) throw error;
        this.#limitToOpenConnections(error as Error);
      }
    }
  }

  /** Limits the pool to its open connections, so that statements wait for one of those. */
  #limitToOpenConnections(error: Error): void {
    const now = performance.now();
    this.options.max = this.#openCount;
    this.#limitedUntil = now + serverFullMs;
    if (now < this.#reportedUntil) return;
    this.#reportedUntil = now + reportMs;
    this.#onServerFull(error);
  }
}

class HostClient extends pg.Client {
  readonly #target: ConnectionTarget;
  readonly #order: HostOrder;
  readonly #host: Host;
  readonly #ssl: object;

  constructor(target: ConnectionTarget, order: HostOrder, options: pg.ClientConfig) {
    const host = order.next();
    const ssl = {};
    const { hosts, tls, channelBinding, connectTimeoutMs = Number.POSITIVE_INFINITY } = target;
    const { connectionTimeoutMillis = 0 } = options;
    super({
      ...options,
      ...loginOf(target, host),
      ssl: tls !== undefined && !host.host.startsWith('/') ? ssl : false,
      connectionTimeoutMillis: Math.min(connectTimeoutMs, Math.ceil(connectionTimeoutMillis / hosts.length)),
    });
    this.#target = target;
    this.#order = order;
    this.#host = host;
    this.#ssl = ssl;
    // The pool reports clients that break while idle. A busy client fails its statement.
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
      this.#order.markFailed(this.#host);
      connectFailures.add(error as Error);
      throw error;
    }
    if (this.#target.sessionAttributes !== 'any') await this.#assertSessionAttributes();
    this.#order.markConnected(this.#host);
    return this;
  }

  /** Reads the files when connecting, because the pool's users do not expect errors from its constructor. */
  #readCertificates(): void {
    Object.assign(this.#ssl, readTlsOptions(this.#target.tls!));
    // The driver does the same, so that dumps of the client do not include the key.
    if ('key' in this.#ssl) Object.defineProperty(this.#ssl, 'key', { enumerable: false });
  }

  async #assertSessionAttributes(): Promise<void> {
    const { sessionAttributes } = this.#target;
    try {
      const role = await readSessionRole(this);
      if (matchesSessionAttributes(sessionAttributes, role, this.#order.isLastUsable(this.#host))) return;
      this.#order.markUnsuitable(this.#host);
      throw new Error(`The server is not ${sessionAttributes}, which target_session_attrs requires.`);
    } catch (error) {
      connectFailures.add(error as Error);
      this.connection.stream.destroy();
      throw error;
    }
  }
}

function loginOf(target: ConnectionTarget, host: Host): pg.ClientConfig {
  const { user, database, password, passwordFile, channelBinding } = target;
  return {
    ...host,
    user,
    database,
    // The driver accepts `undefined` for no password, but its types omit that.
    password: password ?? (() => findPassword(passwordFile, { ...host, user, database }) as Promise<string>),
    enableChannelBinding: channelBinding !== 'disable',
  };
}
