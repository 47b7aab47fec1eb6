import { Field, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../scalars/index.js';

@ObjectType({ simpleResolvers: true, description: "The caller's rate limit, in points of 0.1 ms." })
export class RateLimit {
  @Field(() => Int, { description: 'The expected cost of this operation, in points.' })
  cost!: number;

  @Field(() => Int, { description: 'The maximum number of points that the caller can spend at once.' })
  limit!: number;

  @Field(() => Int, { description: 'The number of points left.' })
  remaining!: number;

  @Field(() => DateTimeScalar, { description: 'When the full number of points will be available again.' })
  resetAt!: string;
}
