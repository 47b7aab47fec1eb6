import { ArgsType, Field } from 'type-graphql';
import { BucketWidth } from './bucket-width.enum.js';

@ArgsType()
export class BucketsArgs {
  @Field(() => BucketWidth, { description: 'How long a bucket is.' })
  by!: BucketWidth;

  @Field(() => String, {
    defaultValue: 'UTC',
    description: 'The IANA time zone by whose clocks buckets begin and end, as in `Europe/Berlin`.',
  })
  timeZone!: string;
}
