import { ArgsType, Field, Int } from 'type-graphql';
import { RunScopeArgs } from '../run-scope.args.js';
import { TaskRunOrder } from './task-run-order.enum.js';

@ArgsType()
export class TaskRunsArgs extends RunScopeArgs {
  @Field(() => TaskRunOrder, { defaultValue: TaskRunOrder.CREATED_DESC, description: 'The order of the list.' })
  orderBy!: TaskRunOrder;

  @Field(() => Int, { nullable: true, description: 'So many runs from the front, 1 to 100; 50 if neither is given.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only runs behind this cursor of the same list.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'So many runs from the back, 1 to 100; not together with `first`.' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only runs before this cursor of the same list.' })
  before?: string | null;
}
