import { type EntitySubscriberInterface, EventSubscriber, type TransactionStartEvent } from 'typeorm';

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
