// Posts a subscription's events to a router:
// https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/callback-protocol

import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';
import { orNot, validationFailed } from '../../errors/validation.js';
import { EventStreamError } from '../../graphql/operation/event-stream.js';
import { isJsonObject } from '../../json/is-json-object.js';
import { declareLimit } from '../../limits.js';

/** The members of a router's `extensions.subscription`. */
export interface Callback {
  readonly url: string;
  readonly id: string;
  readonly verifier: string;
  /** The interval of heartbeats; 0 means none. */
  readonly heartbeatMs: number;
}

const defaultHeartbeatMs = declareLimit(5000, {
  section: 'HTTP',
  name: 'interval between callback checks with a router, unless the router sets one',
  unit: 'ms',
  shownAs: 's',
});
const callbackTimeoutMs = declareLimit(5000, {
  section: 'HTTP',
  name: 'time for a router to respond to a callback',
  unit: 'ms',
  shownAs: 's',
  beyond: 'up to 5 attempts; then the stream ends',
});
/** Maximum number of attempts to post a message. */
const maxAttempts = 5;
const retryMs = 200;
/** A router that does not respond must not make the gateway open more and more connections. */
const maxPostsPerHost = declareLimit(100, {
  section: 'HTTP',
  name: 'concurrent callbacks to one host',
  beyond: 'others wait',
});

/** Side effects of callbacks. */
interface CallbackOptions {
  readonly send: typeof fetch;
  /** Repeats an action at an interval. Returns a function that stops it. */
  readonly every: (ms: number, action: () => void) => () => void;
}

/** Posts events to routers. All streams share a limit for each host. */
export class Callbacks {
  readonly #running = new Set<Promise<void>>();
  readonly #acquire = createSlots(maxPostsPerHost);

  constructor(
    private readonly hosts: readonly string[],
    private readonly options: CallbackOptions = { send: fetch, every: repeat },
  ) {}

  /**
   * Returns the requested callback, or `null` if none is requested or no hosts are configured. @throws GatewayError
   * VALIDATION_FAILED
   */
  callbackOf({ headers: { accept }, body }: Pick<FastifyRequest, 'headers' | 'body'>): Callback | null {
    if (this.hosts.length === 0 || !accept?.includes('callbackSpec')) return null;
    return parseCallback(body, this.hosts);
  }

  /**
   * Posts the events until they end or the router rejects one. Resolves once the router has confirmed the subscription.
   * @throws GatewayError SERVICE_UNAVAILABLE
   */
  async start(callback: Callback, events: AsyncIterableIterator<string, undefined>): Promise<void> {
    try {
      await this.#assertWaiting(callback);
    } catch (error) {
      events.return?.();
      throw error;
    }
    const ended = this.#deliver(callback, events).finally(() => this.#running.delete(ended));
    this.#running.add(ended);
  }

  /** Resolves once the last messages of all ended streams have been received, or their time limit has passed. */
  async untilIdle(): Promise<void> {
    await Promise.race([Promise.all(this.#running), sleep(callbackTimeoutMs, undefined, { ref: false })]);
  }

  /** Checks that the router is waiting for events. @throws GatewayError SERVICE_UNAVAILABLE otherwise */
  async #assertWaiting(callback: Callback): Promise<void> {
    const unavailable = (cause?: unknown) => new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }, { cause });
    const isWaiting = await this.#post(callback, 'check').catch((error) => {
      throw unavailable(error);
    });
    if (!isWaiting) throw unavailable();
  }

  async #deliver(callback: Callback, events: AsyncIterableIterator<string, undefined>): Promise<void> {
    const stop = () => void events.return?.();
    let isChecking = false;
    const check = async () => {
      if (isChecking) return;
      isChecking = true;
      if (!(await this.#post(callback, 'check').catch(() => false))) stop();
      isChecking = false;
    };
    const endChecks = callback.heartbeatMs === 0 ? () => {} : this.options.every(callback.heartbeatMs, check);
    try {
      for await (const text of events) if (!(await this.#post(callback, 'next', `,"payload":${text}`))) return;
      await this.#post(callback, 'complete');
    } catch (error) {
      // Any other error means that the router cannot be reached, so nothing is sent to it.
      if (error instanceof EventStreamError) await this.#reportErrors(callback, error);
    } finally {
      endChecks();
      stop();
    }
  }

  /** Posts the errors that ended the stream. Ignores failures, because there is no client to report them to. */
  async #reportErrors(callback: Callback, { errors }: EventStreamError): Promise<void> {
    await this.#post(callback, 'complete', `,"errors":${JSON.stringify(errors)}`).catch(() => false);
  }

  /** Posts a message. @returns whether the router is waiting for more @throws Error if it cannot be reached */
  async #post({ url, id, verifier }: Callback, action: string, extraMembers = ''): Promise<boolean> {
    const head = JSON.stringify({ kind: 'subscription', action, id, verifier });
    const { host } = new URL(url);
    for (let attempt = 1; ; attempt += 1) {
      const release = await this.#acquire(host);
      try {
        const response = await this.options.send(url, {
          method: 'POST',
          redirect: 'error',
          signal: AbortSignal.timeout(callbackTimeoutMs),
          headers: { 'content-type': 'application/json', 'subscription-protocol': 'callback/1.0' },
          body: `${head.slice(0, -1)}${extraMembers}}`,
        });
        await response.body?.cancel();
        if (response.status < 500) return response.ok;
      } catch (error) {
        if (attempt === maxAttempts) throw error;
      } finally {
        release();
      }
      if (attempt === maxAttempts) throw new Error('The router responded with errors.');
      await sleep(retryMs * attempt);
    }
  }
}

function repeat(ms: number, action: () => void): () => void {
  const timer = setInterval(action, ms).unref();
  return () => clearInterval(timer);
}

/**
 * Returns a function that acquires one of a host's slots, first come, first served, and returns a function to release
 * it.
 */
function createSlots(max: number): (host: string) => Promise<() => void> {
  const slotsByHost = new Map<string, { taken: number; readonly waiting: (() => void)[] }>();
  return async (host) => {
    const slots = slotsByHost.get(host) ?? { taken: 0, waiting: [] };
    slotsByHost.set(host, slots);
    if (slots.taken < max) slots.taken += 1;
    else await new Promise<void>((resolve) => slots.waiting.push(resolve));
    return () => {
      const next = slots.waiting.shift();
      if (next !== undefined) return next();
      slots.taken -= 1;
    };
  };
}

/**
 * @param hosts to which events may be posted: a caller must not make the gateway send requests anywhere else
 * @throws GatewayError VALIDATION_FAILED
 */
function parseCallback(body: unknown, hosts: readonly string[]): Callback {
  const extensions = isJsonObject(body) ? body.extensions : undefined;
  const given = isJsonObject(extensions) && isJsonObject(extensions.subscription) ? extensions.subscription : {};
  const loc = ['extensions', 'subscription'];
  const textOf = (name: string): string => {
    const value = given[name];
    if (typeof value !== 'string') throw validationFailed([...loc, name], 'must be a string');
    return value;
  };
  const url = textOf('callbackUrl');
  if (!isAllowed(url, hosts))
    throw validationFailed([...loc, 'callbackUrl'], 'must be an HTTP URL on a host that the gateway allows');
  const { heartbeatIntervalMs: heartbeatMs = defaultHeartbeatMs } = given;
  if (!Number.isInteger(heartbeatMs) || (heartbeatMs !== 0 && !((heartbeatMs as number) >= 1000))) {
    throw validationFailed(
      [...loc, 'heartbeatIntervalMs'],
      `must be 0, or an integer of at least 1,000${orNot(heartbeatMs)}`,
    );
  }
  return { url, id: textOf('subscriptionId'), verifier: textOf('verifier'), heartbeatMs: heartbeatMs as number };
}

function isAllowed(text: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, host, port, username, password } = new URL(text);
  // A parsed URL omits its protocol's default port, but a configured host may include it.
  const own = protocol === 'https:' ? 443 : 80;
  const isListed = hosts.includes(host) || (port === '' && hosts.includes(`${host}:${own}`));
  return /^https?:$/.test(protocol) && username === '' && password === '' && isListed;
}
