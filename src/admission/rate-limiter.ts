// Limits the points that callers spend. Each caller has a bucket that refills at a constant rate.

import { isClientListed } from '../access/caller.js';
import type { PointOwner } from '../access/requester.js';
import type { Config } from '../config/config.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import { PointBalance, type RateLimitPolicy, type SharedPoints } from './point-balance.js';
import { openRedisPoints } from './redis-points.js';

export interface RateLimiter {
  /** Returns a caller's account, or `null` if the caller has no limit. */
  accountOf(caller: PointOwner): PointBalance | null;
}

interface RateLimiterOptions extends Pick<Config, 'costMode' | 'rateLimit'> {
  /** The number of gateway processes on this machine. Each grants its share. */
  readonly processes: number;
  readonly shared: (SharedPoints & { readonly members: number }) | null;
  readonly onRejection: () => void;
  /** Returns milliseconds. */
  readonly clock?: () => number;
}

/** Ids of callers may be long, so the limit counts characters. */
const maxCharacters = 8 * 1024 * 1024;
const charactersPerAccount = 200;

/** Opens the callers' limits, which are shared through Redis if it is configured. */
export async function openRateLimiter(
  config: Pick<Config, 'costMode' | 'rateLimit' | 'processes'>,
  log: Logger,
  metrics: Metrics,
): Promise<{ readonly rateLimiter: RateLimiter; close(): Promise<void> }> {
  const { points: rate, burst, redisUrl: url } = config.rateLimit;
  const onChange = (isUnavailable: boolean) => metrics.redisUp.set(Number(!isUnavailable));
  const isShared = url !== undefined && rate !== undefined && config.costMode !== 'off';
  const shared = isShared ? await openRedisPoints({ url, rate, burst, log, onChange }) : null;
  const onRejection = () => metrics.rateLimited.inc();
  return {
    rateLimiter: createRateLimiter({ ...config, shared, onRejection }),
    close: async () => shared?.close(),
  };
}

export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { costMode, rateLimit, processes, shared, onRejection, clock = () => performance.now() } = options;
  const { points: rate, burst, exempt } = rateLimit;
  if (rate === undefined || costMode === 'off') return { accountOf: () => null };

  const limit: RateLimitPolicy = {
    rate,
    burst,
    isEnforced: costMode === 'enforce',
    share: () => 1 / (shared?.members ?? processes),
    clock,
    onRejection,
  };
  const accounts = new Map<string, PointBalance>();
  let characters = 0;

  return {
    accountOf(caller) {
      if (isClientListed(caller, exempt)) return null;
      const { id } = caller;
      const known = accounts.get(id);
      if (known !== undefined) return known;
      const account = new PointBalance(id, limit, shared);
      if (characters + id.length + charactersPerAccount > maxCharacters) evictIdle();
      accounts.set(id, account);
      characters += id.length + charactersPerAccount;
      return account;
    },
  };

  /** Removes accounts in their initial state and, if too many remain, the oldest half. */
  function evictIdle(): void {
    for (const [id, account] of accounts) if (account.isIdle) remove(id);
    for (const [id] of accounts) {
      if (characters <= maxCharacters / 2) break;
      remove(id);
    }
  }

  function remove(id: string): void {
    accounts.delete(id);
    characters -= id.length + charactersPerAccount;
  }
}
