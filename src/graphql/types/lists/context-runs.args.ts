import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';
import { Bounded } from '../bounds.js';

@ArgsType()
export class ContextRunsArgs {
  @Field(() => Int, {
    nullable: true,
    description: `Returns the first N runs (1–${limits.pageSize.value}; default ${limits.defaultPageSize.value}).`,
  })
  @Bounded({ minimum: 1, maximum: limits.pageSize.value })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Returns runs after this cursor of the same context.' })
  @Bounded({ maxLength: limits.cursorLength.value })
  after?: string | null;
}
