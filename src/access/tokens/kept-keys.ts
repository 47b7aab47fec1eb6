// Stores the issuers' last keys in a file, so that a gateway that starts during an outage of an issuer accepts its
// tokens.

import { join } from 'node:path';
import type { JWK } from 'jose';
import { readIfExists, replaceFile } from '../../atomic-file.js';
import type { IssuerConfig } from '../../config/values.js';
import type { Log } from '../../telemetry/logger.js';

export interface KeptKeys {
  /** Returns the last keys from the issuer's current source, regardless of age, or `undefined`. Never rejects. */
  read(issuer: IssuerConfig): Promise<KeptKeySet | undefined>;
  /** Writes the keys in the background. A failure is logged once. */
  write(issuer: IssuerConfig, keySet: KeptKeySet): void;
  /** Resolves once all keys are written. */
  flush(): Promise<void>;
}

export interface KeptKeySet {
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
  readonly keys: readonly JWK[];
}

interface Entry extends KeptKeySet {
  readonly issuer: string;
  /** If omitted, the discovery document specifies the source. */
  readonly jwks?: string | undefined;
}

interface KeptKeysOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** The age in milliseconds at which keys are removed from the file. */
  readonly maxAgeMs: number;
}

export function createKeptKeys({ dataDir, log, maxAgeMs }: KeptKeysOptions): KeptKeys {
  const path = join(dataDir, 'issuer-keys.json');
  /** The keys that this process has fetched, by source. */
  const fetched = new Map<string, Entry>();
  let lastWrite = Promise.resolve();
  let hasFailed = false;

  async function readEntries(): Promise<readonly Entry[]> {
    try {
      const text = await readIfExists(path);
      return text === undefined ? [] : (JSON.parse(text) as Entry[]).filter(isEntry);
    } catch (error) {
      log.warn({ err: error }, 'reading stored issuer keys failed');
      return [];
    }
  }

  /** Other processes also write the file, so the newest keys of each source are kept. */
  async function writeFetched(): Promise<void> {
    try {
      const newest = new Map(fetched);
      for (const entry of await readEntries()) {
        const own = newest.get(sourceOf(entry));
        if (own === undefined || own.fetchedAt < entry.fetchedAt) newest.set(sourceOf(entry), entry);
      }
      const last = Math.max(...[...newest.values()].map(({ fetchedAt }) => fetchedAt));
      const entries = [...newest.values()].filter(({ fetchedAt }) => last - fetchedAt < maxAgeMs);
      await replaceFile(path, `${JSON.stringify(entries)}\n`, 0o600);
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) log.warn({ err: error }, 'storing issuer keys failed');
      hasFailed = true;
    }
  }

  return {
    async read(issuer) {
      return (await readEntries()).find((entry) => sourceOf(entry) === sourceOf(issuer));
    },
    write({ issuer, jwks }, { fetchedAt, keys }) {
      const entry = { issuer, jwks, fetchedAt, keys };
      fetched.set(sourceOf(entry), entry);
      lastWrite = lastWrite.then(writeFetched);
    },
    flush: () => lastWrite,
  };
}

/** Keys from a different source may belong to a different issuer. */
function sourceOf({ issuer, jwks }: Pick<Entry, 'issuer' | 'jwks'>): string {
  return JSON.stringify([issuer, jwks]);
}

function isEntry(value: unknown): value is Entry {
  const { issuer, fetchedAt, keys } = Object(value) as Partial<Entry>;
  return typeof issuer === 'string' && typeof fetchedAt === 'number' && Array.isArray(keys);
}
