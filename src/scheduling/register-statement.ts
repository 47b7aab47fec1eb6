import type { StatementRunner } from '../database/connection/statement-runner.js';
import type { BoundStatement } from '../database/statements.js';
import type { ReadType } from './pending-read.js';
import type { BatchRead, ReadScheduler } from './read-scheduler.js';

/** A type of read in which one statement reads all keys. */
export interface StatementRead<Key, Row extends object, Result> extends Omit<ReadType<Key, Result>, 'readMany'> {
  /** Binds the statement to keys that share a batch key. */
  readonly bind: (keys: readonly Key[]) => BoundStatement;
  /** Returns one result per key, in order. */
  readonly toResults: (rows: Row[], keys: readonly Key[]) => readonly Result[];
}

/** The statement runner, and the scheduler that decides when each statement is sent. */
export interface ScheduledStatements {
  readonly scheduler: ReadScheduler;
  readonly statements: StatementRunner;
}

/**
 * Registers a read that uses one statement. The scheduler calls `bind` and `toResults` when it sends keys passed to the
 * returned function.
 */
export function registerStatement<Key, Row extends object, Result>(
  { scheduler, statements }: ScheduledStatements,
  name: string,
  { bind, toResults, ...type }: StatementRead<Key, Row, Result>,
): BatchRead<Key, Result> {
  return scheduler.register<Key, Result>(name, {
    ...type,
    async readMany(keys, signal) {
      const { statement, values } = bind(keys);
      return toResults(await statements.run<Row>(statement, values, signal), keys);
    },
  });
}

/** Registers a read in which each key has a separate statement. */
export function registerSingle<Key, Row extends object, Result>(
  scheduled: ScheduledStatements,
  name: string,
  {
    bind,
    toResult,
    ...type
  }: Omit<StatementRead<Key, Row, Result>, 'bind' | 'toResults' | 'maxBatchSize'> & {
    readonly bind: (key: Key) => BoundStatement;
    readonly toResult: (rows: Row[], key: Key) => Result;
  },
): BatchRead<Key, Result> {
  return registerStatement<Key, Row, Result>(scheduled, name, {
    ...type,
    maxBatchSize: 1,
    bind: ([key]) => bind(key!),
    toResults: (rows, [key]) => [toResult(rows, key!)],
  });
}
