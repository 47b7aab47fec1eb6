// Cursors of changes name a position that is the same in every feed, whatever its path and filter: the transaction that
// wrote a version, and the run. A forged one gains nothing: what follows it is decided anew for each caller.

import { isResourceId } from '../../access/resource-id.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';

/** The position of a run's newest version. */
export interface ChangePosition {
  /** Of the transaction that wrote it, as decimal text. */
  readonly xid: string;
  readonly id: string;
}

export interface ChangeCursor {
  /** In which transaction ids are comparable. */
  readonly epoch: string;
  /** null: before all runs. */
  readonly position: ChangePosition | null;
}

const version = '1';
export const maxXid = 2n ** 64n - 1n;
export const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The position behind all that transactions before this one have written. */
export function positionBefore(xid: string): ChangePosition {
  return { xid: String(BigInt(xid) - 1n), id: lastId };
}

/** The first transaction of which something may lie behind the position. */
export function firstXidBehind({ xid, id }: ChangePosition): string {
  return id === lastId ? String(BigInt(xid) + 1n) : xid;
}

/** The later of two positions; null is before all. */
export function laterOf(one: ChangePosition | null, other: ChangePosition): ChangePosition {
  if (one === null) return other;
  const difference = BigInt(one.xid) - BigInt(other.xid);
  return difference > 0n || (difference === 0n && one.id > other.id) ? one : other;
}

export function encodeChangeCursor({ epoch, position }: ChangeCursor): string {
  const words = position === null ? [version, epoch] : [version, epoch, position.xid, position.id];
  return Buffer.from(words.join(' ')).toString('base64url');
}

/** @throws GatewayError VALIDATION_FAILED naming the argument */
export function parseChangeCursor(text: string, argument = 'after'): ChangeCursor {
  const cursor = text.length <= limits.cursorLength.value ? decode(text) : null;
  if (cursor === null || encodeChangeCursor(cursor) !== text) {
    throw validationFailed([argument], 'must be a cursor of changes, as it was returned');
  }
  return cursor;
}

function decode(text: string): ChangeCursor | null {
  const [first, epoch, xid, id, ...rest] = Buffer.from(text, 'base64url').toString().split(' ');
  if (first !== version || !isResourceId(epoch) || rest.length > 0) return null;
  if (xid === undefined) return { epoch, position: null };
  return isResourceId(id) && /^\d{1,20}$/.test(xid) && BigInt(xid) <= maxXid ? { epoch, position: { xid, id } } : null;
}

/** @throws GatewayError CURSOR_EXPIRED */
export function assertSameEpoch(cursor: Pick<ChangeCursor, 'epoch'>, epoch: string): void {
  if (cursor.epoch !== epoch) throw new GatewayError('CURSOR_EXPIRED');
}
