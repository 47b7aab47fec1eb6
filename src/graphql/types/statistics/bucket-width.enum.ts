import { registerEnumType } from 'type-graphql';

export enum BucketWidth {
  HOUR = 'HOUR',
  DAY = 'DAY',
  WEEK = 'WEEK',
}

registerEnumType(BucketWidth, {
  name: 'BucketWidth',
  description: 'How long a stretch of time is, by the clocks of a time zone.',
  valuesConfig: {
    HOUR: { description: 'From full hour to full hour of the local clock.' },
    DAY: { description: 'From midnight to midnight: 23 to 25 hours where clocks are changed.' },
    WEEK: { description: 'From Monday to Sunday.' },
  },
});
