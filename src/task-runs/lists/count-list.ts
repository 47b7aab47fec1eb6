import type { LimitCounts } from '../../admission/limit-counts.js';
import { limits } from '../../limits.js';

/** The lists, or statistics, of all objects in a list: they count as one. */
export interface ListGroup {
  readonly name: string;
  /** The most runs of this list, and the argument that sets it; omitted for statistics. */
  readonly page?: { readonly size: number; readonly argument: string };
}

/**
 * Counts a list or a statistic of the request.
 * @throws GatewayError VALIDATION_FAILED for too many lists, and for too many objects or runs of one group
 */
export function countList(counts: LimitCounts, group?: ListGroup): void {
  if (group === undefined) {
    counts.count(limits.lists, 1);
    return;
  }
  if (counts.count(limits.nodesWithLists, 1, undefined, group.name) === 1) counts.count(limits.lists, 1);
  if (group.page) counts.count(limits.nodeListRuns, group.page.size, [group.page.argument], group.name);
}
