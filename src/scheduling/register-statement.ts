import type { StatementRunner } from '../database/connection/statement-runner.js';
import type { BoundStatement } from '../database/statements.js';
import type { ReadType } from './pending-read.js';
import type { BatchRead, ReadScheduler } from './read-scheduler.js';

/** A type of read whose keys one statement reads. */
export interface StatementRead<Key, Row extends object, Result> extends Omit<ReadType<Key, Result>, 'readMany'> {
  /** Binds the statement to keys with one batch key. */
  readonly bind: (keys: readonly Key[]) => BoundStatement;
  /** Returns a result for each key, in their order. */
  readonly toResults: (rows: Row[], keys: readonly Key[]) => readonly Result[];
}

/** The runner of statements, and the scheduler that decides when each is sent. */
export interface ScheduledStatements {
  readonly scheduler: ReadScheduler;
  readonly statements: StatementRunner;
}

/**
 * Registers a read by one statement. The scheduler calls `bind` and `toResults` once it sends the keys, for callers of the
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

/** The same for a key that has a separate statement. */
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
