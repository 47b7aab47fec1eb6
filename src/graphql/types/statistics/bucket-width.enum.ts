import { registerEnumType } from 'type-graphql';

export enum BucketWidth {
  HOUR = 'HOUR',
  DAY = 'DAY',
  WEEK = 'WEEK',
  MONTH = 'MONTH',
}

registerEnumType(BucketWidth, {
  name: 'BucketWidth',
  description: 'The width of a bucket of time in a time zone.',
  valuesConfig: {
    HOUR: { description: 'An hour: from one full hour of local time to the next.' },
    DAY: { description: 'A day: from midnight to midnight, 23 to 25 hours when clocks change.' },
    WEEK: { description: 'An ISO 8601 week, from Monday to Sunday.' },
    MONTH: { description: 'A calendar month.' },
  },
});
