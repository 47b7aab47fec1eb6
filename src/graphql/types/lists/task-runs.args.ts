import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';
import { RunScopeArgs } from '../run-scope.args.js';
import { TaskRunOrder } from './task-run-order.enum.js';

@ArgsType()
export class TaskRunsArgs extends RunScopeArgs {
  @Field(() => TaskRunOrder, { defaultValue: TaskRunOrder.CREATED_DESC, description: 'The order of the list.' })
  orderBy!: TaskRunOrder;

  @Field(() => Int, {
    nullable: true,
    description: `Returns the first N runs (1–${limits.pageSize.value}; default ${limits.defaultPageSize.value}).`,
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Returns runs after this cursor of the same list.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `Returns the last N runs (1–${limits.pageSize.value}). Cannot be combined with \`first\`.`,
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Returns runs before this cursor of the same list.' })
  before?: string | null;
}
