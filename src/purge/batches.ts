import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';

export interface PurgePace {
  /** The number of rows per transaction. */
  readonly batch: number;
  /** Milliseconds between transactions. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
  /** Called after each commit with the number of rows so far. */
  readonly onCommit: (rows: number) => void;
}

/**
 * Deletes rows batch by batch, until a transaction finds less than a full batch. Returns the number of rows.
 * @param start number of rows deleted before
 * @param deleteBatch returns how many rows it deleted
 */
export async function inBatches(
  dataSource: DataSource,
  { batch, pauseMs, signal, onCommit }: PurgePace,
  start: number,
  deleteBatch: (transaction: EntityManager) => Promise<number>,
): Promise<number> {
  let count = start;
  for (let isLast = false; !isLast && !signal.aborted; ) {
    const deleted = await dataSource.transaction(deleteBatch);
    count += deleted;
    onCommit(count);
    isLast = deleted < batch;
    if (!isLast && pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
  return count;
}
