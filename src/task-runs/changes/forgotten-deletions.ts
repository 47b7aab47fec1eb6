// Old deletions may be forgotten. A reader that continues before the newest of them would miss it, unless its walk began after
// that deletion: then it never had the run.

import { GatewayError } from '../../errors/gateway-error.js';
import { type ChangeCursor, type ChangePosition, laterPosition } from './change-cursor.js';

/** SQL for the position of the newest deletion that was forgotten; null: none was. */
export const lastForgottenSql = `(
  SELECT json_build_object('xid', forgotten_xid, 'id', forgotten_run_id) FROM change_epoch WHERE forgotten_xid IS NOT NULL
)`;

/** The state of a database that cursors depend on. */
export interface ChangeHistory {
  /** The epoch in which transaction ids are comparable. */
  readonly epoch: string;
  readonly lastForgotten: ChangePosition | null;
}

/** @throws GatewayError CURSOR_EXPIRED if the cursor is of another epoch, or deletions behind it were forgotten */
export function assertValid(cursor: ChangeCursor, { epoch, lastForgotten }: ChangeHistory): void {
  if (cursor.epoch !== epoch) throw new GatewayError('CURSOR_EXPIRED');
  assertRemembered(cursor, lastForgotten);
}

/** @throws GatewayError CURSOR_EXPIRED if deletions behind the cursor were forgotten */
export function assertRemembered(
  { position, snapshotFloor }: Pick<ChangeCursor, 'position' | 'snapshotFloor'>,
  lastForgotten: ChangePosition | null,
): void {
  if (!isBefore(position, lastForgotten)) return;
  const beganLater = snapshotFloor !== null && BigInt(snapshotFloor) > BigInt(lastForgotten!.xid);
  if (!beganLater) throw new GatewayError('CURSOR_EXPIRED');
}

/**
 * Returns the cursor of a reader. It has the start of the walk only where it would have expired otherwise: so all others are
 * the same for every reader, and earlier releases know them.
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
