// Points that the processes of a fleet share through Redis. Requests do not depend on it: while it is unreachable, each
// process grants its share of the rate.

import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from '../telemetry/logger.js';
import { leaseScript } from './lease-script.js';
import type { SharedPoints } from './point-account.js';

export interface RedisPoints extends SharedPoints {
  /** Processes of the fleet that were there when it was last heard of. */
  readonly members: number;
  close(): Promise<void>;
}

interface RedisPointsOptions {
  readonly url: string;
  readonly rate: number;
  readonly burst: number;
  readonly log: Logger;
  /** Called whenever it comes or goes. */
  readonly onChange: (isUnavailable: boolean) => void;
}

interface LeaseClient {
  leasePoints(keys: number, ...args: (string | number)[]): Promise<[members: number, granted: string, left: string]>;
}

/** Milliseconds that a request waits at most. */
const leaseTimeoutMs = 50;
const heartbeatMs = 1000;
/** Time without a heartbeat after which a member no longer counts. */
const memberTimeoutMs = 5000;
/** A process that is busy itself may be late for a few answers. */
const maxFailures = 3;
/** The part of a second's points that a process has ahead. */
const leaseShare = 0.1;

const keyPrefix = 'task-run-gateway:{points}';

export async function openRedisPoints({ url, rate, burst, log, onChange }: RedisPointsOptions): Promise<RedisPoints> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: heartbeatMs,
    commandTimeout: leaseTimeoutMs,
    retryStrategy: (attempts) => Math.min(attempts * 100, heartbeatMs),
  });
  redis.defineCommand('leasePoints', { lua: leaseScript });
  const client = redis as unknown as LeaseClient;
  const member = randomUUID();
  let members = 1;
  let isUnavailable = true;
  // The first time, nothing was granted without it.
  let hasGrantedLocally = false;
  let failures = 0;
  let cause: unknown;
  // Each command that fails rejects as well.
  redis.on('error', (error) => {
    cause = error;
  });
  redis.on('close', () => setUnavailable(true));

  const call = async (bucket: readonly string[], owed = 0, requested = 0) => {
    try {
      const keys = [`${keyPrefix}:members`, `${keyPrefix}:since`, ...bucket];
      const args = [member, memberTimeoutMs, Number(hasGrantedLocally), rate, burst, owed, requested];
      const [count, granted, balance] = await client.leasePoints(keys.length, ...keys, ...args);
      members = count;
      failures = 0;
      hasGrantedLocally = false;
      return { granted: Number(granted), balance: Number(balance) };
    } catch (error) {
      cause = error;
      failures += 1;
      if (failures >= maxFailures) setUnavailable(true);
      throw error;
    }
  };
  const heartbeat = () =>
    call([]).then(
      () => setUnavailable(false),
      () => {},
    );
  await redis.connect().catch((error) => {
    cause = error;
  });
  // Every caller's burst is lost where a process begins without Redis, and while it starts it is late for answers.
  for (let attempt = 0; isUnavailable && attempt < maxFailures; attempt += 1) await heartbeat();
  if (isUnavailable) report();
  const timer = setInterval(heartbeat, heartbeatMs).unref();

  return {
    leasePoints: Math.min(rate * leaseShare, burst),
    get isUnavailable() {
      return isUnavailable;
    },
    get members() {
      return members;
    },
    lease: (callerId, owed, requested) => call([`${keyPrefix}:${digestOf(callerId)}`], owed, requested),
    async close() {
      clearInterval(timer);
      redis.removeAllListeners('close');
      redis.disconnect();
    },
  };

  function setUnavailable(unavailable: boolean): void {
    if (unavailable === isUnavailable) return;
    isUnavailable = unavailable;
    if (unavailable) hasGrantedLocally = true;
    report();
  }

  function report(): void {
    onChange(isUnavailable);
    if (isUnavailable) {
      hasGrantedLocally = true;
      log.warn({ err: cause, members }, 'Redis is away: each process grants its share of the rate limit by itself.');
    } else log.info({ members }, 'Redis is there: the fleet shares the rate limit.');
  }
}

/** Returns a digest, so that keys in Redis do not disclose callers. */
function digestOf(callerId: string): string {
  return createHash('sha256').update(callerId).digest('base64url').slice(0, 22);
}
