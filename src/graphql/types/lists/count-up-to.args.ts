import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';

@ArgsType()
export class CountUpToArgs {
  @Field(() => Int, {
    defaultValue: 10_000,
    description: `Stops at N runs (1–${limits.countUpTo.value.toLocaleString('en')}).`,
  })
  max!: number;
}
