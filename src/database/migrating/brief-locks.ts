import { type EntitySubscriberInterface, EventSubscriber, type TransactionStartEvent } from 'typeorm';

/** Well below the time limit of requests, so that statements queued behind a waiting migration are only delayed. */
export const lockTimeoutMs = 1000;

/**
 * Makes transactions of a data source fail rather than wait long for a lock: while one waits for a table, all later
 * statements on that table wait, too. The limit is set in each transaction, because a pooler assigns sessions to other
 * clients.
 */
@EventSubscriber()
export class BriefLocks implements EntitySubscriberInterface {
  async afterTransactionStart({ queryRunner }: TransactionStartEvent): Promise<void> {
    await queryRunner.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
  }
}
