// A filter by when a kind of failure was first seen depends on all runs in a scope, not only on the run itself. So the
// new kinds are read first, and the condition is replaced by one on these kinds.

import { validationFailed } from '../../errors/validation.js';
import { filterNames, type RunFilter } from '../visibility/run-filter.js';

const name = 'failureFirstSeenAfter';

/** Whether the filter has a condition on the time at which kinds were first seen, at any depth. */
export function hasNewKinds(filter: RunFilter): boolean {
  return filterNames(filter).includes(name);
}

/**
 * @throws GatewayError VALIDATION_FAILED for a condition on new kinds, because a kind does not stay new, and a feed
 * cannot retract the runs that it has returned
 */
export function rejectNewKinds(filter: RunFilter): void {
  if (hasNewKinds(filter))
    throw validationFailed(['filter', name], 'must be omitted for changes: what is new does not stay new');
}

/** @param readKinds returns the kinds that were first seen at a timestamp or later */
export async function replaceNewKinds(
  filter: RunFilter,
  readKinds: (since: string) => Promise<readonly string[]>,
): Promise<RunFilter> {
  if (!hasNewKinds(filter)) return filter;
  const { [name]: since, AND = [], OR, NOT, ...others } = filter;
  const replaceAll = (filters: unknown) =>
    Promise.all((filters as readonly RunFilter[]).map((operand) => replaceNewKinds(operand, readKinds)));
  const all = await replaceAll(AND);
  // All runs of a new kind were created since.
  if (since !== undefined) all.push({ createdAfter: since, failureIn: await readKinds(since as string) });
  return {
    ...others,
    ...(all.length > 0 && { AND: all }),
    ...(OR !== undefined && { OR: await replaceAll(OR) }),
    ...(NOT !== undefined && { NOT: await replaceNewKinds(NOT as RunFilter, readKinds) }),
  };
}
