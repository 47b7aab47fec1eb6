// A filter's previous period, which has the same length and ends where the filter's period begins.

import { formatMoment, InvalidDateTime } from '../../dates/moment.js';
import { parseAbsolute } from '../../dates/parse-absolute.js';
import { validationFailed } from '../../errors/validation.js';
import type { RunFilter, RunFilterInput } from '../visibility/run-filter.js';

/**
 * Returns the filter for the previous period, which differs only in its dates. A filter without an end date ends now.
 * @param input the filter as sent
 * @param filter the validated input
 * @throws GatewayError VALIDATION_FAILED if the filter has no start, or no previous period
 */
export function previousPeriodFilter(
  input: RunFilterInput | null | undefined,
  filter: RunFilter,
  now: number,
): RunFilterInput {
  const { createdAfter, createdBefore = new Date(now).toISOString() } = filter as Readonly<Record<string, string>>;
  const loc = ['filter', 'createdAfter'];
  if (createdAfter === undefined) {
    throw validationFailed(loc, 'is required if `previous` or `change` is selected', 'missing');
  }
  return { ...input, ...previousPeriod({ createdAfter, createdBefore }, loc) };
}

/** A period, as timestamps. */
export interface Period {
  readonly createdAfter: string;
  readonly createdBefore: string;
}

/** @throws GatewayError VALIDATION_FAILED naming `loc` if the previous period would begin before the year 1 */
export function previousPeriod({ createdAfter, createdBefore }: Period, loc: readonly string[]): Period {
  const [from, to] = [parseAbsolute(createdAfter), parseAbsolute(createdBefore)];
  const microseconds = 2 * from.microseconds - to.microseconds;
  const seconds = 2 * from.seconds - to.seconds + Math.floor(microseconds / 1e6);
  try {
    const start = formatMoment({ seconds, microseconds: ((microseconds % 1e6) + 1e6) % 1e6 });
    return { createdAfter: start, createdBefore: createdAfter };
  } catch (error) {
    if (!(error instanceof InvalidDateTime)) throw error;
    throw validationFailed(loc, 'must be later: the previous period would begin before the year 1');
  }
}
