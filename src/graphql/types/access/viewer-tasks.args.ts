import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';
import { Bounded } from '../bounds.js';

@ArgsType()
export class ViewerTasksArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: limits.defaultPageSize.value,
    description: `Returns the first N tasks (1–${limits.pageSize.value}).`,
  })
  @Bounded({ minimum: 1, maximum: limits.pageSize.value })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Returns tasks after this cursor.' })
  @Bounded({ maxLength: limits.cursorLength.value })
  after?: string | null;
}
