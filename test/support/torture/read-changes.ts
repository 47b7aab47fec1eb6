import { setTimeout } from 'node:timers/promises';
import { type DeletedRun, idOfDeleted, ObservedChanges, type RunState } from './observed-changes.js';

export interface ReadPage {
  readonly changes: readonly {
    readonly cursor: string;
    readonly previousCursor?: string;
    readonly run: RunState | null;
    readonly deleted?: DeletedRun | null;
  }[];
  readonly endCursor: string;
  readonly hasMore: boolean;
}

/**
 * Reads page by page, retrying failures, until a page that was requested after the end is empty.
 * @param isOver whether everything is written and settled
 */
export async function readPages(
  isOver: () => boolean,
  request: (after: string | null) => Promise<ReadPage>,
): Promise<{ observed: ObservedChanges; gaps: number; failures: number }> {
  const observed = new ObservedChanges();
  let after: string | null = null;
  let last: string | null = null;
  let gaps = 0;
  let failures = 0;
  for (;;) {
    const wasOver = isOver();
    try {
      const { changes, endCursor, hasMore } = await request(after);
      for (const { cursor, previousCursor, run, deleted } of changes) {
        if (run !== null) observed.add(run, cursor);
        else observed.addDeletion(idOfDeleted(deleted!), cursor);
        if (previousCursor !== undefined && last !== null && previousCursor !== last) gaps += 1;
        last = cursor;
      }
      after = endCursor;
      last = endCursor;
      if (wasOver && changes.length === 0 && !hasMore) return { observed, gaps, failures };
    } catch {
      // The gateway or the database is unavailable, so the received part of the response is dropped.
      failures += 1;
      await setTimeout(50);
    }
  }
}
