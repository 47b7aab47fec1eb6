import { periodOf } from '../filters/period.js';
import type { BucketWidth } from '../operations.js';

/** A period of the home page, which is compared with an equally long one before it. */
export interface HomePeriod {
  /** The `since` parameter, also of the lists to which the page links. */
  readonly since: string;
  readonly label: string;
  readonly title: string;
  readonly previous: string;
  /** The width of the bars. */
  readonly by: BucketWidth;
}

const day: HomePeriod = {
  since: '24h',
  label: '24 hours',
  title: 'Last 24 hours',
  previous: 'the 24 hours before',
  by: 'HOUR',
};

export const homePeriods: readonly HomePeriod[] = [
  { since: '1h', label: 'Last hour', title: 'Last hour', previous: 'the hour before', by: 'HOUR' },
  day,
  {
    since: 'evening',
    label: 'Since 18:00 yesterday',
    title: 'Since 18:00 yesterday',
    previous: 'the same number of hours before',
    by: 'HOUR',
  },
  { since: '7d', label: '7 days', title: 'Last 7 days', previous: 'the 7 days before', by: 'DAY' },
];

/** Returns the period in a URL, by default the last 24 hours. */
export function homePeriodOf(params: URLSearchParams): HomePeriod {
  return homePeriods.find(({ since }) => since === params.get('since')) ?? day;
}

/** Returns the start and end of a period in milliseconds since 1970. */
export function rangeOf({ since }: HomePeriod, now: number): { readonly start: number; readonly end: number } {
  const { start, end = now } = periodOf(new URLSearchParams({ since }), now);
  return { start: start!, end };
}
