// The end of feeds without changes. Returning the current position would reveal when others write, even to callers who
// see none of their runs. All feeds of a process therefore end at a shared watermark, which is taken once a minute.

import { declareLimit } from '../../limits.js';
import { type ChangePosition, laterPosition, positionBefore } from './change-cursor.js';

const intervalMs = declareLimit(60_000, {
  section: 'HTTP',
  name: 'time after which a feed without changes gets a new cursor',
  unit: 'ms',
  shownAs: 's',
});

export interface SharedWatermark {
  /** Takes the watermark if it is due. @param settled all transactions before this one have ended */
  update(settled: { readonly epoch: string; readonly settled: string }): void;
  /**
   * Returns the position to report to a reader that has all changes up to `end`: the watermark's if the reader has
   * reached it, otherwise `last`, the last position it received.
   */
  endOf(epoch: string, last: ChangePosition | null, end: ChangePosition): ChangePosition | null;
}

export function createSharedWatermark(): SharedWatermark {
  let taken: { readonly epoch: string; readonly position: ChangePosition; readonly at: number } | undefined;
  return {
    update({ epoch, settled }) {
      const at = performance.now();
      if (taken?.epoch === epoch && at < taken.at + intervalMs) return;
      taken = { epoch, position: positionBefore(settled), at };
    },
    endOf(epoch, last, end) {
      if (taken?.epoch !== epoch || laterPosition(taken.position, end) !== end) return last;
      return laterPosition(last, taken.position);
    },
  };
}
