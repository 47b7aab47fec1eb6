// Points that the processes of a fleet share by Redis. Requests do not depend on it: whoever finds it away goes on by its
// share of the rate, and asks again once it is back.

import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from '../telemetry/logger.js';
import type { SharedPoints } from './account.js';
import { leaseScript } from './lease-script.js';

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
  readonly onChange: (isAway: boolean) => void;
}

interface LeaseClient {
  leasePoints(keys: number, ...args: (string | number)[]): Promise<[members: number, granted: string, left: string]>;
}

/** Milliseconds that a request waits at most. */
const leaseTimeoutMs = 50;
const beatMs = 1000;
/** Of a member that is not heard of any more. */
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
    connectTimeout: beatMs,
    commandTimeout: leaseTimeoutMs,
    retryStrategy: (attempts) => Math.min(attempts * 100, beatMs),
  });
  redis.defineCommand('leasePoints', { lua: leaseScript });
  const client = redis as unknown as LeaseClient;
  const member = randomUUID();
  let members = 1;
  let isAway = true;
  // The first time, nothing was granted without it.
  let hasGrantedAlone = false;
  let failures = 0;
  let cause: unknown;
  // Each failure is noticed by whoever waits for an answer.
  redis.on('error', (error) => {
    cause = error;
  });
  redis.on('close', () => setAway(true));

  const call = async (bucket: readonly string[], owed = 0, wanted = 0) => {
    try {
      const keys = [`${keyPrefix}:members`, `${keyPrefix}:since`, ...bucket];
      const args = [member, memberTimeoutMs, Number(hasGrantedAlone), rate, burst, owed, wanted];
      const [count, granted, left] = await client.leasePoints(keys.length, ...keys, ...args);
      members = count;
      failures = 0;
      hasGrantedAlone = false;
      return { granted: Number(granted), left: Number(left) };
    } catch (error) {
      cause = error;
      failures += 1;
      if (failures >= maxFailures) setAway(true);
      throw error;
    }
  };
  const beat = () =>
    call([]).then(
      () => setAway(false),
      () => {},
    );
  await redis.connect().catch((error) => {
    cause = error;
  });
  // Every caller's burst is lost where a process begins without Redis, and while it starts it is late for answers.
  for (let tries = 0; isAway && tries < maxFailures; tries += 1) await beat();
  if (isAway) report();
  const timer = setInterval(beat, beatMs).unref();

  return {
    leasePoints: Math.min(rate * leaseShare, burst),
    get isAway() {
      return isAway;
    },
    get members() {
      return members;
    },
    lease: (callerId, owed, wanted) => call([`${keyPrefix}:${digestOf(callerId)}`], owed, wanted),
    async close() {
      clearInterval(timer);
      redis.removeAllListeners('close');
      redis.disconnect();
    },
  };

  function setAway(away: boolean): void {
    if (away === isAway) return;
    isAway = away;
    if (away) hasGrantedAlone = true;
    report();
  }

  function report(): void {
    onChange(isAway);
    if (isAway) {
      hasGrantedAlone = true;
      log.warn({ err: cause, members }, 'Redis is away: each process grants its share of the rate limit by itself.');
    } else log.info({ members }, 'Redis is there: the fleet shares the rate limit.');
  }
}

/** Whoever reads Redis is not told who the callers are. */
function digestOf(callerId: string): string {
  return createHash('sha256').update(callerId).digest('base64url').slice(0, 22);
}
