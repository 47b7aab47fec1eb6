// Finds locks that prevent the gateway from reading its tables. A long ALTER TABLE or VACUUM FULL blocks every read,
// and the resulting errors do not name it.

import type { DataSource } from 'typeorm';
import { declareLimit } from '../limits.js';
import type { Log } from '../telemetry/logger.js';
import { checkPeriodically } from './periodic-check.js';

/** A server process that prevents the gateway from reading a table. Reads conflict only with this kind of lock. */
export interface TableLock {
  readonly table: string;
  readonly pid: number;
  /** The application's name, or `null` if it has none. */
  readonly application: string | null;
  /** The start of its transaction as an RFC 3339 date-time; `null` if the gateway's role may not see it. */
  readonly since: string | null;
  /** The processes that the lock's owner waits for, such as a long report that delays an ALTER TABLE. */
  readonly blockedBy: readonly number[];
  /** The number of reads that have been waiting for at least a second. */
  readonly waiting: number;
}

const minWaitMs = declareLimit(1000, {
  section: 'Inside',
  name: 'time that statements wait for a lock',
  unit: 'ms',
  shownAs: 's',
  beyond: 'a warning in the log names its holder',
});
const checkIntervalMs = 1000;
const repeatMs = 60_000;

/** $1: the tables. Includes their partitions, and the reads of other gateways. */
const text = `
  SELECT lock.relation::regclass::text AS table, lock.pid, nullif(activity.application_name, '') AS application,
    to_char(activity.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
    CASE WHEN lock.granted THEN '{}' ELSE pg_blocking_pids(lock.pid) END AS "blockedBy",
    (
      SELECT count(*)::integer FROM pg_locks AS read
      WHERE read.relation = lock.relation AND read.database = lock.database AND read.mode = 'AccessShareLock'
        AND NOT read.granted AND read.waitstart < clock_timestamp() - interval '${minWaitMs} ms'
    ) AS waiting
  FROM pg_locks AS lock LEFT JOIN pg_stat_activity AS activity ON activity.pid = lock.pid
  WHERE lock.locktype = 'relation' AND lock.mode = 'AccessExclusiveLock' AND lock.pid <> pg_backend_pid()
    AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND EXISTS (
      SELECT FROM unnest($1::text[]) AS name
      WHERE to_regclass(name) = lock.relation
        OR to_regclass(name) IN (SELECT inhparent FROM pg_inherits WHERE inhrelid = lock.relation)
    )
  ORDER BY lock.granted DESC, lock.waitstart, lock.pid LIMIT 10`;

/** Finds locks on the gateway's tables that block its reads. */
export async function findTableLocks(
  query: (text: string, values: unknown[]) => Promise<unknown>,
  { entityMetadatas }: DataSource,
): Promise<readonly TableLock[]> {
  return (await query(text, [entityMetadatas.map(({ tableName }) => tableName)])) as TableLock[];
}

interface LockWatchOptions {
  readonly find: () => Promise<readonly TableLock[]>;
  /** Returns whether a statement has been running so long that it may be waiting for a lock. */
  readonly hasSlowStatement: (milliseconds: number) => boolean;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Creates a check that warns about each lock holder once a minute. It queries the server only while a statement is
 * slow.
 */
export function createLockCheck({ find, hasSlowStatement, now, log }: LockWatchOptions): () => Promise<void> {
  const reportedAt = new Map<number, number>();
  return async function check(): Promise<void> {
    if (!hasSlowStatement(minWaitMs)) return;
    for (const [pid, at] of reportedAt) if (now() - at >= repeatMs) reportedAt.delete(pid);
    for (const { pid, ...lock } of await find()) {
      if (lock.waiting === 0 || reportedAt.has(pid)) continue;
      reportedAt.set(pid, now());
      const known = Object.entries({ pid, ...lock }).filter(([, value]) => value !== null);
      log.warn(Object.fromEntries(known), `Reads of ${lock.table} wait for a lock held by process ${pid}.`);
    }
  };
}

/** Checks for locks periodically. Returns a function that stops the checks. */
export function watchLocks(options: LockWatchOptions): () => Promise<void> {
  return checkPeriodically(createLockCheck(options), checkIntervalMs);
}
