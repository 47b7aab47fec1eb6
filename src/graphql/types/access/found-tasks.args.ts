import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';
import { Bounded } from '../bounds.js';

@ArgsType()
export class FoundTasksArgs {
  @Field(() => String, {
    description:
      "Words of the task's name, such as `invoice extract`, in any order and case. A part of a word is enough. All of them must be in the name.",
  })
  @Bounded({ maxLength: limits.textLength.value })
  name!: string;

  @Field(() => Int, {
    defaultValue: limits.defaultPageSize.value,
    description: `Returns the first N tasks (1–${limits.pageSize.value}).`,
  })
  @Bounded({ minimum: 1, maximum: limits.pageSize.value })
  first!: number;
}
