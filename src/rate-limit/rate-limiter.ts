// How many points callers may spend: a bucket each, that fills by so many a second.

import { type Caller, isClientListed } from '../access/caller.js';
import type { Config } from '../config/config.js';
import { Account, type RateLimitPolicy, type SharedPoints } from './account.js';

export interface RateLimiter {
  /** Of a caller; null: it has no limit. */
  accountOf(caller: Pick<Caller, 'id' | 'qualifiedClientId'>): Account | null;
}

interface RateLimiterOptions extends Pick<Config, 'costMode' | 'rateLimit'> {
  /** Of the gateway on this machine: each grants its part. */
  readonly processes: number;
  readonly shared: (SharedPoints & { readonly members: number }) | null;
  readonly onRejection: () => void;
  /** Milliseconds. */
  readonly clock?: () => number;
}

/** Names of callers may be long, so what they take counts. */
const maxCharacters = 8 * 1024 * 1024;
const charactersPerAccount = 200;

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
  const accounts = new Map<string, Account>();
  let characters = 0;

  return {
    accountOf(caller) {
      if (isClientListed(caller, exempt)) return null;
      const { id } = caller;
      const known = accounts.get(id);
      if (known !== undefined) return known;
      const account = new Account(id, limit, shared);
      if (characters + id.length + charactersPerAccount > maxCharacters) evictIdle();
      accounts.set(id, account);
      characters += id.length + charactersPerAccount;
      return account;
    },
  };

  /** Accounts that are as new ones would be, and where there are too many others, the oldest half. */
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
