import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';
import { Bounded } from '../bounds.js';

@ArgsType()
export class CountUpToArgs {
  @Field(() => Int, {
    defaultValue: 10_000,
    description: `Stops at N runs (1–${limits.countUpTo.value.toLocaleString('en')}).`,
  })
  @Bounded({ minimum: 1, maximum: limits.countUpTo.value })
  max!: number;
}
