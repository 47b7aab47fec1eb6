import { type EntitySubscriberInterface, EventSubscriber, type QueryRunner, type TransactionStartEvent } from 'typeorm';

/** Well below the time that a request has: whatever queues behind a lock that is waited for is only late. */
export const lockTimeoutMs = 1000;

/**
 * Makes transactions of a data source fail rather than wait for a lock: while one waits for a table, everybody else who
 * comes to it waits, too. Said in each transaction, since a pooler hands the settings of a session on.
 */
@EventSubscriber()
export class BriefLocks implements EntitySubscriberInterface {
  async afterTransactionStart({ queryRunner }: TransactionStartEvent): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
  }
}

/** For a migration that is not in a transaction as a whole: one of its statements that locks a table against others. */
export async function inTransaction(runner: QueryRunner, sql: string): Promise<void> {
  await runner.startTransaction();
  try {
    await runner.query(sql);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}
