import type { Measures } from '../operations.js';

type Outcomes = Pick<Measures, 'runs' | 'errors'>;

/** In percent; null where there are no runs. */
export function errorRateOf({ runs, errors }: Outcomes): number | null {
  return runs === 0 ? null : (errors / runs) * 100;
}

/** `8.3 %`; nothing where there are no runs. */
export function shareOf(measures: Outcomes): string {
  const rate = errorRateOf(measures);
  return rate === null ? '' : `${rate.toFixed(1)} %`;
}
