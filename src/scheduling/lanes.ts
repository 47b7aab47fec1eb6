// Similar reads share a lane. Slow kinds of reads never take all connections from quick ones, and no caller takes all
// connections from others.

import { shareIdPrefix } from '../access/requester.js';
import type { FairQueue } from './fair-queue.js';

/**
 * `point`: runs, entities and access facts; `page`: pages of lists; `aggregate`: counts and statistics; `bulk`: exports
 * and streams, for which no user waits.
 */
export const lanes = ['point', 'page', 'aggregate', 'bulk'] as const;
export type Lane = (typeof lanes)[number];

/** The lanes' shares of connections while all lanes have waiting reads. Other lanes borrow an idle lane's share. */
const shares: Readonly<Record<Lane, number>> = { point: 4, page: 3, aggregate: 2, bulk: 1 };

/** Limits borrowing, because a statement cannot be revoked. One connection is always free for `point`. */
export function maxInFlight(lane: Lane, connections: number): number {
  switch (lane) {
    case 'point':
      return connections;
    case 'page':
      return Math.max(1, connections - 1);
    case 'aggregate':
      return Math.max(1, Math.ceil(connections / 2));
    case 'bulk':
      return Math.max(1, Math.floor(connections / 4));
  }
}

export interface LaneState {
  readonly lane: Lane;
  inFlight: number;
  readonly queue: Pick<FairQueue<never>, 'heldBy' | 'heldByLinks'>;
  /** A sequence number that increases with the start time of the last statement. */
  lastStartSequence: number;
}

/** Whether the lane may start another statement now. */
export function hasCapacity({ lane, inFlight }: LaneState, states: readonly LaneState[], connections: number): boolean {
  const all = states.reduce((sum, state) => sum + state.inFlight, 0);
  if (all >= connections || inFlight >= maxInFlight(lane, connections)) return false;
  if (lane === 'point' || connections === 1) return true;
  const others = states.reduce((sum, state) => sum + (state.lane === 'point' ? 0 : state.inFlight), 0);
  return others < connections - 1;
}

/**
 * Whether a caller may have another statement in the lane. The last connection in a lane with several is reserved for
 * other callers, as is the last one that `point` leaves to all other lanes together.
 */
export function leavesConnection(
  callerId: string,
  { lane, queue }: LaneState,
  states: readonly LaneState[],
  connections: number,
): boolean {
  const max = maxInFlight(lane, connections);
  if (queue.heldBy(callerId) > allButOne(max) - 1) return false;
  // All links to single runs together, because anyone may have any number of them.
  if (callerId.startsWith(shareIdPrefix) && queue.heldByLinks > half(max) - 1) return false;
  if (lane === 'point') return true;
  const held = states.reduce((sum, state) => sum + (state.lane === 'point' ? 0 : state.queue.heldBy(callerId)), 0);
  return held <= allButOne(connections - 1) - 1;
}

function half(connections: number): number {
  return Math.max(1, Math.floor(connections / 2));
}

function allButOne(connections: number): number {
  return Math.max(1, connections - 1);
}

/** Orders lanes by priority: the one furthest below its share first, then the longest waiting. */
export function compareByPriority(one: LaneState, other: LaneState): number {
  return (
    one.inFlight / shares[one.lane] - other.inFlight / shares[other.lane] ||
    one.lastStartSequence - other.lastStartSequence ||
    lanes.indexOf(one.lane) - lanes.indexOf(other.lane)
  );
}
