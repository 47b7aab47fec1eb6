import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'A count that stops at a maximum.' })
export class BoundedCount {
  @Field(() => Int, { description: 'The number of runs, or a lower bound.' })
  count!: number;

  @Field(() => Boolean, { description: 'Whether these are all runs.' })
  isExact!: boolean;
}
