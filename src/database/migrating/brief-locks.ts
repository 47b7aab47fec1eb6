import { type EntitySubscriberInterface, EventSubscriber, type QueryRunner, type TransactionStartEvent } from 'typeorm';

/** Well below the time limit of requests, so that statements that queue behind a waiting migration are only late. */
export const lockTimeoutMs = 1000;

/**
 * Makes transactions of a data source fail instead of waiting long for a lock: while one waits for a table, all later
 * statements on it wait, too. Set in each transaction, because a pooler gives sessions to other clients.
 */
@EventSubscriber()
export class BriefLocks implements EntitySubscriberInterface {
  async afterTransactionStart({ queryRunner }: TransactionStartEvent): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
  }
}

/** Runs a statement that locks a table in a transaction, for migrations that have none as a whole. */
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
