import { setTimeout } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { lockTimeoutMs } from './brief-locks.js';

const pauseMs = 4000;
const pollMs = 250;
/** Shorter waits are normal and not reported. */
const minWaitMs = 300;

/** Runs a repeatable action, retrying it until it gets its locks in time. */
export async function retryLockFailures(action: () => Promise<unknown>, warn: (line: string) => void): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      await action();
      return;
    } catch (error) {
      if (!isLockFailure(error)) throw error;
      if (isFirst) {
        const [wait, pause] = [lockTimeoutMs, pauseMs].map((ms) => ms / 1000);
        warn(`A table is in use. Waiting for ${wait} s at a time, with pauses of ${pause} s for other users.`);
      }
      await setTimeout(pauseMs);
    }
  }
}

interface Blocker {
  readonly pid: number;
  readonly name: string | null;
  readonly state: string | null;
  readonly seconds: number | null;
}

/**
 * Warns once about each process that blocks the migrations in `action`.
 * @param observer a separate connection that is already open: CREATE INDEX CONCURRENTLY would wait for the end of a
 * transaction that is reading. The sessions of its data source share an `application_name` that gateways do not use
 */
export async function reportLockWaits<T>(
  observer: QueryRunner,
  warn: (line: string) => void,
  action: () => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const polling = pollBlockers();
  try {
    return await action();
  } finally {
    ended.abort();
    await polling;
  }

  async function pollBlockers(): Promise<void> {
    const reported = new Set<number>();
    for (;;) {
      await setTimeout(pollMs, undefined, { signal: ended.signal }).catch(() => {});
      if (ended.signal.aborted) return;
      // Failing to find the blockers must not end a migration.
      for (const blocker of await findBlockers(observer).catch(() => [])) {
        if (reported.has(blocker.pid)) continue;
        reported.add(blocker.pid);
        warn(`Waiting for ${describe(blocker)}.`);
      }
    }
  }
}

async function findBlockers(observer: QueryRunner): Promise<Blocker[]> {
  return observer.query(
    `SELECT DISTINCT blocking.pid, holding.application_name AS name, holding.state,
       extract(epoch FROM clock_timestamp() - holding.xact_start)::integer AS seconds
     FROM pg_stat_activity AS waiting CROSS JOIN unnest(pg_blocking_pids(waiting.pid)) AS blocking (pid)
     LEFT JOIN pg_stat_activity AS holding ON holding.pid = blocking.pid
     WHERE waiting.datname = current_database() AND waiting.application_name = current_setting('application_name') AND EXISTS (
       SELECT FROM pg_locks
       WHERE pg_locks.pid = waiting.pid AND waitstart < clock_timestamp() - interval '${minWaitMs} milliseconds'
     )`,
  );
}

/** Describes a blocker without its statement, whose literals may be confidential. */
function describe({ pid, name, state, seconds }: Blocker): string {
  // PostgreSQL's process id for prepared transactions, which do not belong to a process.
  if (pid === 0) return 'a prepared transaction';
  const words = [name, state, seconds !== null && `transaction started ${seconds} s ago`].filter(Boolean);
  return `process ${pid} of the server${words.length > 0 ? ` (${words.join(', ')})` : ''}`;
}

/** Returns whether a statement failed because other sessions hold locks. */
function isLockFailure(error: unknown): boolean {
  const [lockNotAvailable, deadlockDetected] = ['55P03', '40P01'];
  const { code } = error as { readonly code?: unknown };
  return code === lockNotAvailable || code === deadlockDetected;
}
