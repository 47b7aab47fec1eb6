// The period before that of a filter: as long, and ending where it begins.

import { formatMoment, InvalidDateTime, type Moment } from '../../dates/moment.js';
import { parseAbsolute } from '../../dates/parse-absolute.js';
import { validationFailed } from '../../errors/validation.js';
import type { RunFilter, RunFilterInput } from '../scope/run-filter.js';

const loc = ['filter', 'createdAfter'];

/**
 * The filter of the runs before it, which differs in its dates alone. A filter that ends nowhere ends now.
 * @param input as it was written
 * @param filter the same, checked
 * @throws GatewayError VALIDATION_FAILED for a filter that begins nowhere, or so early that nothing is before it
 */
export function previousPeriodFilter(
  input: RunFilterInput | null | undefined,
  filter: RunFilter,
  now: number,
): RunFilterInput {
  const { createdAfter, createdBefore = new Date(now).toISOString() } = filter as Readonly<Record<string, string>>;
  if (createdAfter === undefined) {
    throw validationFailed(loc, 'is required where `previous` or `change` is selected', 'missing');
  }
  return {
    ...input,
    createdAfter: previousPeriodStart(parseAbsolute(createdAfter), parseAbsolute(createdBefore)),
    createdBefore: createdAfter,
  };
}

function previousPeriodStart(from: Moment, to: Moment): string {
  const microseconds = 2 * from.microseconds - to.microseconds;
  const seconds = 2 * from.seconds - to.seconds + Math.floor(microseconds / 1e6);
  try {
    return formatMoment({ seconds, microseconds: ((microseconds % 1e6) + 1e6) % 1e6 });
  } catch (error) {
    if (!(error instanceof InvalidDateTime)) throw error;
    throw validationFailed(loc, 'must be later: the previous period would begin before the year 1');
  }
}
