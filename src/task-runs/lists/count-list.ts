import type { LimitCounts } from '../../admission/limit-counts.js';
import { limits } from '../../limits.js';

/** The lists or statistics of all objects in a list, which count as one. */
export interface ListGroup {
  readonly name: string;
  /** Maximum number of runs per list, and the argument that sets it. Omitted for statistics. */
  readonly page?: { readonly size: number; readonly argument: string };
}

/**
 * Counts a list or statistic against the request's limits.
 * @throws GatewayError VALIDATION_FAILED for too many lists, or too many objects or runs in one group
 */
export function countList(counts: LimitCounts, group?: ListGroup): void {
  if (group === undefined) {
    counts.count(limits.lists, 1);
    return;
  }
  if (counts.count(limits.nodesWithLists, 1, undefined, group.name) === 1) counts.count(limits.lists, 1);
  if (group.page) counts.count(limits.nodeListRuns, group.page.size, [group.page.argument], group.name);
}
