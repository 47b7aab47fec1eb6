// Events that are posted to a router:
// https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/callback-protocol

import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { EventStreamError } from '../../graphql/pipeline/event-stream.js';
import { isJsonObject } from '../../json/is-json-object.js';

/** What a router asks for, as `extensions.subscription`. */
export interface Callback {
  readonly url: string;
  readonly id: string;
  readonly verifier: string;
  /** 0: none. */
  readonly heartbeatMs: number;
}

const defaultHeartbeatMs = 5000;
/** Of one message, until it is answered. */
const callbackTimeoutMs = 5000;
/** Of one message. */
const maxAttempts = 5;
const retryMs = 200;

export interface Callbacks {
  /** null: the client asks for none, or there are no hosts. @throws GatewayError VALIDATION_FAILED */
  callbackOf(request: Pick<FastifyRequest, 'headers' | 'body'>): Callback | null;
  /**
   * Posts the events until they end, or the router wants no more.
   * @returns once the router has said that it waits
   * @throws GatewayError SERVICE_UNAVAILABLE
   */
  begin(callback: Callback, events: AsyncIterableIterator<string, undefined>): Promise<void>;
  /** Resolves once the last messages of all that have ended were answered. */
  settle(): Promise<void>;
}

export function createCallbacks(hosts: readonly string[]): Callbacks {
  const running = new Set<Promise<void>>();
  return {
    callbackOf({ headers: { accept }, body }) {
      if (hosts.length === 0 || !accept?.includes('callbackSpec')) return null;
      return parseCallback(body, hosts);
    },
    async begin(callback, events) {
      try {
        await assertWaiting(callback);
      } catch (error) {
        events.return?.();
        throw error;
      }
      const ended = deliver(callback, events).finally(() => running.delete(ended));
      running.add(ended);
    },
    async settle() {
      await Promise.all(running);
    },
  };
}

/**
 * @param hosts to which events may be posted: whoever may subscribe must not make the gateway send requests anywhere else
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
    throw validationFailed([...loc, 'heartbeatIntervalMs'], 'must be 0, or an integer of at least 1000');
  }
  return { url, id: textOf('subscriptionId'), verifier: textOf('verifier'), heartbeatMs: heartbeatMs as number };
}

function isAllowed(text: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, host, port, username, password } = new URL(text);
  // A URL leaves its protocol's own port out, a configured host may have it.
  const own = protocol === 'https:' ? 443 : 80;
  const isListed = hosts.includes(host) || (port === '' && hosts.includes(`${host}:${own}`));
  return /^https?:$/.test(protocol) && username === '' && password === '' && isListed;
}

/** Asks the router whether it waits. @throws GatewayError SERVICE_UNAVAILABLE where it does not */
async function assertWaiting(callback: Callback): Promise<void> {
  const unavailable = (cause?: unknown) => new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }, { cause });
  const isWaiting = await post(callback, 'check').catch((error) => {
    throw unavailable(error);
  });
  if (!isWaiting) throw unavailable();
}

async function deliver(callback: Callback, events: AsyncIterableIterator<string, undefined>): Promise<void> {
  const stop = () => void events.return?.();
  const check = () => post(callback, 'check').then((isWaiting) => isWaiting || stop(), stop);
  const heartbeat = callback.heartbeatMs === 0 ? undefined : setInterval(check, callback.heartbeatMs).unref();
  try {
    for await (const text of events) if (!(await post(callback, 'next', `,"payload":${text}`))) return;
    await post(callback, 'complete');
  } catch (error) {
    // Otherwise the router cannot be reached, and has to notice that by itself.
    if (error instanceof EventStreamError) await reportErrors(callback, error);
  } finally {
    clearInterval(heartbeat);
    stop();
  }
}

/** Nobody is left to tell where it fails. */
async function reportErrors(callback: Callback, { errors }: EventStreamError): Promise<void> {
  await post(callback, 'complete', `,"errors":${JSON.stringify(errors)}`).catch(() => false);
}

/** @returns whether the router waits for more @throws where it cannot be reached */
async function post({ url, id, verifier }: Callback, action: string, more = ''): Promise<boolean> {
  const head = JSON.stringify({ kind: 'subscription', action, id, verifier });
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        signal: AbortSignal.timeout(callbackTimeoutMs),
        headers: { 'content-type': 'application/json', 'subscription-protocol': 'callback/1.0' },
        body: `${head.slice(0, -1)}${more}}`,
      });
      await response.body?.cancel();
      if (response.status < 500) return response.ok;
    } catch (error) {
      if (attempt === maxAttempts) throw error;
    }
    if (attempt === maxAttempts) throw new Error('The router answers with errors.');
    await sleep(retryMs * attempt);
  }
}
