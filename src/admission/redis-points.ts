// Points that the processes of a fleet share through Redis. Requests do not depend on Redis: while it is unreachable,
// each process grants its share of the rate.

import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from '../telemetry/logger.js';
import type { SharedPoints } from './point-balance.js';

export interface RedisPointsOptions {
  readonly url: string;
  readonly rate: number;
  readonly burst: number;
  readonly log: Logger;
  /** Called whenever Redis becomes available or unavailable. */
  readonly onChange: (isUnavailable: boolean) => void;
}

interface LeaseClient {
  leasePoints(keys: number, ...args: (string | number)[]): Promise<[members: number, granted: string, balance: string]>;
}

/** Maximum time that a request waits. */
const leaseTimeoutMs = 50;
const heartbeatMs = 1000;
/** The time without a heartbeat after which a member no longer counts. */
const memberTimeoutMs = 5000;
/** A busy process may miss a few heartbeats. */
const maxFailures = 3;
/** The share of one second's points that a process leases in advance. */
const leaseShare = 0.1;

const keyPrefix = 'task-run-gateway:{points}';

/**
 * Leases a caller's points from the fleet's bucket in one step. A missing bucket is full, unless Redis lost its data or
 * was unreachable in the meantime. In that case, processes granted points independently, so the bucket starts empty at
 * that time.
 *
 * KEYS: the members of the fleet, the time since which buckets are valid, and the bucket, if any. ARGV: the member, the
 * milliseconds for which it counts, whether it returns from an outage, points per second, the burst, owed points,
 * requested points. Returns the number of members, the granted points, and the balance.
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

/** Resolves once it is known whether Redis is available. */
export async function openRedisPoints(options: RedisPointsOptions): Promise<RedisPoints> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(options.url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: heartbeatMs,
    commandTimeout: leaseTimeoutMs,
    retryStrategy: (attempts) => Math.min(attempts * 100, heartbeatMs),
  });
  const points = new RedisPoints(redis, options);
  await points.connect();
  return points;
}

/** The points that a fleet shares. */
export class RedisPoints implements SharedPoints {
  readonly leasePoints: number;
  readonly #redis: Redis;
  readonly #options: RedisPointsOptions;
  readonly #member = randomUUID();
  readonly #address: string;
  #members = 1;
  #isUnavailable = true;
  /** Initially false, because no points were granted without Redis yet. */
  #hasGrantedLocally = false;
  #failures = 0;
  #commandError: unknown;
  /** The reason why there is no connection. Commands fail without a connection, but do not report the reason. */
  #connectionError: unknown;
  /** Initially true, so that Redis gets a few attempts at startup before an outage is logged. */
  #isOutageLogged = true;
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: Redis, options: RedisPointsOptions) {
    const { rate, burst, url } = options;
    const { protocol, hostname, port } = new URL(url);
    this.leasePoints = Math.min(rate * leaseShare, burst);
    this.#redis = redis;
    this.#options = options;
    this.#address = `${protocol}//${hostname}:${port || 6379}`;
    redis.defineCommand('leasePoints', { lua: leaseScript });
    redis.on('error', (error) => {
      this.#connectionError = error instanceof AggregateError ? error.errors[0] : error;
      this.#logOutage();
    });
    redis.on('ready', () => {
      this.#connectionError = undefined;
    });
    redis.on('close', () => this.#setUnavailable(true));
  }

  get isUnavailable(): boolean {
    return this.#isUnavailable;
  }

  /** The number of the fleet's processes according to Redis's last response. */
  get members(): number {
    return this.#members;
  }

  async connect(): Promise<void> {
    // An event reports the reason.
    await this.#redis.connect().catch(() => {});
    // A process that starts without Redis loses every caller's burst, and a starting process may miss heartbeats.
    for (let attempt = 0; this.#isUnavailable && attempt < maxFailures; attempt += 1) await this.#sendHeartbeat();
    this.#options.onChange(this.#isUnavailable);
    if (this.#isUnavailable) {
      this.#hasGrantedLocally = true;
      this.#isOutageLogged = false;
      this.#logOutage();
    }
    this.#timer = setInterval(() => this.#sendHeartbeat(), heartbeatMs).unref();
  }

  lease(callerId: string, owed: number, requested: number): Promise<{ granted: number; balance: number }> {
    return this.#call([`${keyPrefix}:${digestOf(callerId)}`], owed, requested);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#redis.removeAllListeners('close');
    this.#redis.disconnect();
  }

  async #call(bucket: readonly string[], owed = 0, requested = 0): Promise<{ granted: number; balance: number }> {
    const { rate, burst } = this.#options;
    try {
      const keys = [`${keyPrefix}:members`, `${keyPrefix}:since`, ...bucket];
      const hasGrantedLocally = Number(this.#hasGrantedLocally);
      const args = [this.#member, memberTimeoutMs, hasGrantedLocally, rate, burst, owed, requested];
      const client = this.#redis as unknown as LeaseClient;
      const [count, granted, balance] = await client.leasePoints(keys.length, ...keys, ...args);
      this.#members = count;
      this.#failures = 0;
      this.#hasGrantedLocally = false;
      return { granted: Number(granted), balance: Number(balance) };
    } catch (error) {
      this.#commandError = error;
      this.#failures += 1;
      if (this.#failures >= maxFailures) this.#setUnavailable(true);
      throw error;
    }
  }

  async #sendHeartbeat(): Promise<void> {
    try {
      await this.#call([]);
    } catch {
      if (this.#connectionError !== undefined || this.#redis.status === 'ready') this.#logOutage();
      return;
    }
    this.#setUnavailable(false);
  }

  #setUnavailable(isUnavailable: boolean): void {
    if (isUnavailable === this.#isUnavailable) return;
    this.#isUnavailable = isUnavailable;
    if (isUnavailable) this.#hasGrantedLocally = true;
    else {
      this.#isOutageLogged = false;
      this.#options.log.info(
        { redis: this.#address, members: this.#members },
        'Redis available, rate limit shared by all processes',
      );
    }
    this.#options.onChange(isUnavailable);
  }

  /**
   * Logs an outage once, as soon as the reason is known. If a connection was closed, that is after the next attempt.
   */
  #logOutage(): void {
    if (!this.#isUnavailable || this.#isOutageLogged) return;
    this.#isOutageLogged = true;
    this.#options.log.warn(
      { err: this.#connectionError ?? this.#commandError, redis: this.#address, members: this.#members },
      'Redis unavailable, each process enforces its share of the rate limit',
    );
  }
}

/** Returns a digest, so that Redis keys do not disclose callers. */
function digestOf(callerId: string): string {
  return createHash('sha256').update(callerId).digest('base64url').slice(0, 22);
}
