import { Field, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../scalars/index.js';

@ObjectType({ simpleResolvers: true, description: 'What the caller may spend, in points of 0.1 ms.' })
export class RateLimit {
  @Field(() => Int, { description: 'Points that this operation is expected to cost.' })
  cost!: number;

  @Field(() => Int, { description: 'Points that may be spent at once.' })
  limit!: number;

  @Field(() => Int, { description: 'Points that are left.' })
  remaining!: number;

  @Field(() => DateTimeScalar, { description: 'When all of them may be spent again.' })
  resetAt!: string;
}
