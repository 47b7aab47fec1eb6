import { ArgsType, Field } from 'type-graphql';
import { BucketWidth } from './bucket-width.enum.js';

@ArgsType()
export class BucketsArgs {
  @Field(() => BucketWidth, { description: 'The width of a bucket.' })
  by!: BucketWidth;

  @Field(() => String, {
    defaultValue: 'UTC',
    description: 'The IANA time zone in which buckets begin and end, such as `Europe/Berlin`.',
  })
  timeZone!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether to include buckets without runs. The buckets then range from `createdAfter` of the filter (if omitted, the first run) to `createdBefore` (if omitted, now).',
  })
  withEmpty!: boolean;
}
