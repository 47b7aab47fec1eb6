// Names whether a kind of failure is new in a period, or back.

/** A period in milliseconds since 1970; `undefined` if it starts with the first run. */
export interface ShownPeriod {
  readonly start: number | undefined;
  readonly end: number;
}

/** The times of a kind of failure. */
interface KindTimes {
  /** When the API first saw the kind, in the whole scope. */
  readonly firstSeen: string | null;
  /** The number of its runs in the previous period, or `undefined` without one. */
  readonly before: number | undefined;
}

const hour = 3_600_000;

/** Returns whether a kind was first seen in the period. */
export function isNewKind({ firstSeen }: Pick<KindTimes, 'firstSeen'>, { start }: ShownPeriod): boolean {
  return firstSeen !== null && start !== undefined && Date.parse(firstSeen) >= start;
}

/** Returns `new`, `back after 7 days`, or `null` if the kind occurred in the previous period as well. */
export function noveltyOf(times: KindTimes, period: ShownPeriod): string | null {
  const { firstSeen, before } = times;
  const { start, end } = period;
  if (firstSeen === null || start === undefined) return null;
  if (isNewKind(times, period)) return 'new';
  return before === 0 ? `back after ${lengthOf(end - start)}` : null;
}

/** Returns a length such as `7 days`. */
function lengthOf(milliseconds: number): string {
  const hours = Math.max(1, Math.round(milliseconds / hour));
  const [count, unit] = hours < 24 ? [hours, 'hour'] : [Math.round(hours / 24), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
