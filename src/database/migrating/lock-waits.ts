import { setTimeout } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { isLockFailure } from '../sql-states.js';
import { lockTimeoutMs } from './brief-locks.js';

const pauseMs = 4000;
const pollMs = 250;
/** Somebody has to be waited for now and then; shorter waits are not worth a line. */
const minWaitMs = 300;

/** Runs the pending migrations; one that does not get its locks at once is tried again until it does. */
export async function runMigrations(dataSource: DataSource, warn: (line: string) => void): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      await dataSource.runMigrations();
      return;
    } catch (error) {
      if (!isLockFailure(error)) throw error;
      if (isFirst) {
        const [each, pause] = [lockTimeoutMs, pauseMs].map((ms) => ms / 1000);
        warn(`A table is in use. Waiting for it for ${each} s at a time, with ${pause} s between for everybody else.`);
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
 * Looks on while `act` migrates, and names each process that it has to wait for, once.
 * @param session one that `act` does not use, of the same data source: both have the same name, which no gateway has
 */
export async function reportLockWaits<T>(
  session: QueryRunner,
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
      // What goes wrong here is no reason to end a migration.
      for (const blocker of await findBlockers(session).catch(() => [])) {
        if (reported.has(blocker.pid)) continue;
        reported.add(blocker.pid);
        warn(`Waiting for ${describe(blocker)}.`);
      }
    }
  }
}

async function findBlockers(session: QueryRunner): Promise<Blocker[]> {
  // Behind a pooler the session is in a transaction, which would see the same sessions all along.
  await session.query('SELECT pg_stat_clear_snapshot()');
  // Without parameters: in a transaction, what has some keeps its snapshot, for which an index that is made beside all
  // others would wait.
  return session.query(
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

/** Without the statement, which may have what nobody should read in its literals. */
function describe({ pid, name, state, seconds }: Blocker): string {
  // PostgreSQL's number of a transaction that was prepared and belongs to no process.
  if (pid === 0) return 'a prepared transaction';
  const words = [name, state, seconds !== null && `transaction begun ${seconds} s ago`].filter(Boolean);
  return `process ${pid} of the server${words.length > 0 ? ` (${words.join(', ')})` : ''}`;
}
