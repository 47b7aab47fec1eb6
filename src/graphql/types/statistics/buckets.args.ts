import { ArgsType, Field } from 'type-graphql';
import { BucketWidth } from './bucket-width.enum.js';

@ArgsType()
export class BucketsArgs {
  @Field(() => BucketWidth, { description: 'The width of a bucket.' })
  by!: BucketWidth;

  @Field(() => String, {
    defaultValue: 'UTC',
    description: 'The IANA time zone in which buckets begin and end, as in `Europe/Berlin`.',
  })
  timeZone!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether to include buckets without runs: from `createdAfter` of the filter, or the first run, to `createdBefore`, or now.',
  })
  withEmpty!: boolean;
}
