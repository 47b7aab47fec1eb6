// Old deletions may be forgotten. A reader that continues from before the newest forgotten deletion would miss it,
// unless its walk began after that deletion and so never included the run.

import { GatewayError } from '../../errors/gateway-error.js';
import { type ChangeCursor, type ChangePosition, laterPosition } from './change-cursor.js';

/** SQL for the position of the newest forgotten deletion, which is null if no deletion has been forgotten. */
export const lastForgottenSql = `(
  SELECT json_build_object('xid', forgotten_xid, 'id', forgotten_run_id) FROM change_epoch WHERE forgotten_xid IS NOT NULL
)`;

/** The database state on which cursors depend. */
export interface ChangeHistory {
  /** The epoch in which transaction ids are comparable. */
  readonly epoch: string;
  readonly lastForgotten: ChangePosition | null;
}

/**
 * @throws GatewayError CURSOR_EXPIRED if the cursor belongs to another epoch, or if deletions after it were forgotten
 */
export function assertValid(cursor: ChangeCursor, { epoch, lastForgotten }: ChangeHistory): void {
  if (cursor.epoch !== epoch) throw new GatewayError('CURSOR_EXPIRED');
  assertRemembered(cursor, lastForgotten);
}

/** @throws GatewayError CURSOR_EXPIRED if deletions after the cursor were forgotten */
export function assertRemembered(
  { position, snapshotFloor }: Pick<ChangeCursor, 'position' | 'snapshotFloor'>,
  lastForgotten: ChangePosition | null,
): void {
  if (!isBefore(position, lastForgotten)) return;
  const beganLater = snapshotFloor !== null && BigInt(snapshotFloor) > BigInt(lastForgotten!.xid);
  if (!beganLater) throw new GatewayError('CURSOR_EXPIRED');
}

/**
 * Returns a reader's cursor. It contains the start of the walk only if it would have expired otherwise, so that all
 * other cursors are the same for every reader and can be parsed by earlier releases.
 */
export function toCursor(
  { epoch, lastForgotten }: ChangeHistory,
  { position, snapshotFloor }: Pick<ChangeCursor, 'position' | 'snapshotFloor'>,
): ChangeCursor {
  return { epoch, position, snapshotFloor: isBefore(position, lastForgotten) ? snapshotFloor : null };
}

function isBefore(position: ChangePosition | null, lastForgotten: ChangePosition | null): boolean {
  return position !== null && lastForgotten !== null && laterPosition(lastForgotten, position) !== position;
}
