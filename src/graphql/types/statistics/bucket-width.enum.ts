import { registerEnumType } from 'type-graphql';

export enum BucketWidth {
  HOUR = 'HOUR',
  DAY = 'DAY',
  WEEK = 'WEEK',
  MONTH = 'MONTH',
}

registerEnumType(BucketWidth, {
  name: 'BucketWidth',
  description: 'The width of a period of time in a time zone.',
  valuesConfig: {
    HOUR: { description: 'From one full hour of local time to the next.' },
    DAY: { description: 'From midnight to midnight: 23 to 25 hours where clocks change.' },
    WEEK: { description: 'A week of ISO 8601, from Monday to Sunday.' },
    MONTH: { description: 'A month of the calendar.' },
  },
});
