import type { DataSource } from 'typeorm';
import { detectPooler, poolOf } from './connection/pooler.js';

/** A lock that one process holds while it works on the database. */
export interface ProcessLock {
  /** Returns whether this process holds the lock now. */
  tryToAcquire(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Opens a lock, which occupies a connection of the data source until the data source is destroyed. The lock lasts as
 * long as the connection's session. A pooler assigns sessions and their locks to other clients, so behind one, the lock
 * lasts as long as a transaction. Nothing else may run in that transaction: CREATE INDEX CONCURRENTLY waits for the end
 * of transactions that are reading, and this one ends last.
 */
export async function openProcessLock(dataSource: DataSource, name: 'migrations' | 'purge'): Promise<ProcessLock> {
  const isPooled = (await detectPooler(poolOf(dataSource))) !== null;
  const session = dataSource.createQueryRunner();
  const tryToLock = async (tryLock: string): Promise<boolean> => {
    const [{ granted }] = await session.query(
      `SELECT ${tryLock}(hashtextextended('task-run-gateway ${name}', 0)) AS granted`,
    );
    return granted;
  };
  return {
    async tryToAcquire() {
      if (!isPooled) return tryToLock('pg_try_advisory_lock');
      await session.startTransaction();
      await session.query('SET LOCAL idle_in_transaction_session_timeout = 0');
      const isGranted = await tryToLock('pg_try_advisory_xact_lock');
      // An open transaction would occupy a connection of the pooler.
      if (!isGranted) await session.rollbackTransaction();
      return isGranted;
    },
    async release() {
      if (isPooled) await session.rollbackTransaction();
      else await session.query(`SELECT pg_advisory_unlock(hashtextextended('task-run-gateway ${name}', 0))`);
    },
  };
}
