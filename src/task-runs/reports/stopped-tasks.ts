// Tasks that have stopped: without a run in the period, but with some at the same hours of each of the seven days before.

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const days = [1, 2, 3, 4, 5, 6, 7];

/** A period, in milliseconds since 1970. */
export interface PeriodMs {
  readonly from: number;
  readonly to: number;
}

/** The earliest moment whose runs matter. */
export function startOfWeekBefore({ from }: PeriodMs): number {
  return from - days.length * dayMs;
}

/** @param activeHours the starts of the hours with runs, in milliseconds since 1970 */
export function wasAlwaysActive(activeHours: readonly number[], { from, to }: PeriodMs): boolean {
  const length = Math.min(to - from, dayMs);
  return days.every((day) => {
    const start = from - day * dayMs;
    return activeHours.some((hour) => hour + hourMs > start && hour < start + length);
  });
}
