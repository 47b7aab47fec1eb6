import type { Measures } from '../operations.js';

type Outcomes = Pick<Measures, 'runs' | 'errors'>;

/** Returns the rate in percent, or `null` without runs. */
export function errorRateOf({ runs, errors }: Outcomes): number | null {
  return runs === 0 ? null : (errors / runs) * 100;
}

/** Returns text such as `8.3 %`, which is empty without runs. */
export function shareOf(measures: Outcomes): string {
  const rate = errorRateOf(measures);
  return rate === null ? '' : `${rate.toFixed(1)} %`;
}
