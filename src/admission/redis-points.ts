// Points that the processes of a fleet share through Redis. Requests do not depend on it: while it is unreachable, each
// process grants its share of the rate.

import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from '../telemetry/logger.js';
import type { SharedPoints } from './point-account.js';

export interface RedisPoints extends SharedPoints {
  /** The processes of the fleet at the last response of Redis. */
  readonly members: number;
  close(): Promise<void>;
}

interface RedisPointsOptions {
  readonly url: string;
  readonly rate: number;
  readonly burst: number;
  readonly log: Logger;
  /** Called whenever it becomes available or unavailable. */
  readonly onChange: (isUnavailable: boolean) => void;
}

interface LeaseClient {
  leasePoints(keys: number, ...args: (string | number)[]): Promise<[members: number, granted: string, balance: string]>;
}

/** The maximum wait of a request. */
const leaseTimeoutMs = 50;
const heartbeatMs = 1000;
/** Time without a heartbeat after which a member no longer counts. */
const memberTimeoutMs = 5000;
/** A busy process may miss a few heartbeats. */
const maxFailures = 3;
/** The share of a second's points that a process leases ahead. */
const leaseShare = 0.1;

const keyPrefix = 'task-run-gateway:{points}';

/**
 * Leases a caller's points from the fleet's bucket in one step. A missing bucket is full, unless Redis was lost or
 * unreachable since: processes granted points by themselves meanwhile, so buckets only fill from then on.
 *
 * KEYS: the members of the fleet, the time since which buckets are valid, and the bucket, if any.
 * ARGV: the member, milliseconds for which it counts, whether it returns from an outage, points a second, the burst,
 * owed points, requested points.
 * Returns the number of members, the granted points, and the balance.
 */
const leaseScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local rate, burst = tonumber(ARGV[4]) / 1000, tonumber(ARGV[5])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[3] == '1' then
  redis.call('SET', KEYS[2], now)
elseif redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('SET', KEYS[2], now - burst / rate)
end
local members = redis.call('ZCARD', KEYS[1])
if not KEYS[3] then return {members, '0', '0'} end

local since = tonumber(redis.call('GET', KEYS[2]))
local bucket = redis.call('HMGET', KEYS[3], 'points', 'at')
local points = tonumber(bucket[1] or 0)
local at = math.max(tonumber(bucket[2] or since), since)
points = math.min(burst, points + math.max(0, now - at) * rate) - ARGV[6]
local granted = math.max(0, math.min(points, tonumber(ARGV[7])))
points = points - granted
redis.call('HSET', KEYS[3], 'points', tostring(points), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[3], math.ceil((burst - points) / rate) + 1000)
return {members, tostring(granted), tostring(points)}
`;

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
  const { protocol, hostname, port } = new URL(url);
  const address = `${protocol}//${hostname}:${port || 6379}`;
  let commandError: unknown;
  /** Why there is no connection. A command fails without one, but does not name the reason. */
  let connectionError: unknown;
  // A start has a few attempts before its outage is logged.
  let isOutageLogged = true;
  redis.on('error', (error) => {
    connectionError = error instanceof AggregateError ? error.errors[0] : error;
    logOutage();
  });
  redis.on('ready', () => {
    connectionError = undefined;
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
      commandError = error;
      failures += 1;
      if (failures >= maxFailures) setUnavailable(true);
      throw error;
    }
  };
  const heartbeat = () =>
    call([]).then(
      () => setUnavailable(false),
      () => {
        if (connectionError !== undefined || redis.status === 'ready') logOutage();
      },
    );
  // The reason is in an event.
  await redis.connect().catch(() => {});
  // A process that begins without Redis loses every caller's burst, and a starting process may miss heartbeats.
  for (let attempt = 0; isUnavailable && attempt < maxFailures; attempt += 1) await heartbeat();
  onChange(isUnavailable);
  if (isUnavailable) {
    hasGrantedLocally = true;
    isOutageLogged = false;
    logOutage();
  }
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
    else {
      isOutageLogged = false;
      log.info({ redis: address, members }, 'Redis is available: the fleet shares the rate limit.');
    }
    onChange(isUnavailable);
  }

  /** Logs an outage once, as soon as its reason is known: a connection that was closed has none before the next attempt. */
  function logOutage(): void {
    if (!isUnavailable || isOutageLogged) return;
    isOutageLogged = true;
    log.warn(
      { err: connectionError ?? commandError, redis: address, members },
      'Redis is unavailable: each process grants its share of the rate limit by itself.',
    );
  }
}

/** Returns a digest, so that keys in Redis do not disclose callers. */
function digestOf(callerId: string): string {
  return createHash('sha256').update(callerId).digest('base64url').slice(0, 22);
}
