import { ArgsType, type ClassType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';
import { Bounded } from '../bounds.js';
import { RunFilterArgs, RunScopeArgs } from '../run-filter.js';
import { TaskRunOrder } from './task-run-order.enum.js';

/** Adds an order and a range to the arguments that select runs. */
function withPage<Scope extends RunFilterArgs>(scopeArgs: ClassType<Scope>) {
  @ArgsType()
  abstract class RunPageArgs extends (scopeArgs as ClassType<RunFilterArgs>) {
    @Field(() => TaskRunOrder, { defaultValue: TaskRunOrder.CREATED_DESC, description: 'The order of the list.' })
    orderBy!: TaskRunOrder;

    @Field(() => Int, {
      nullable: true,
      description: `Returns the first N runs (1–${limits.pageSize.value}; default ${limits.defaultPageSize.value}).`,
    })
    @Bounded({ minimum: 1, maximum: limits.pageSize.value })
    first?: number | null;

    @Field(() => String, { nullable: true, description: 'Returns runs after this cursor of the same list.' })
    @Bounded({ maxLength: limits.cursorLength.value })
    after?: string | null;

    @Field(() => Int, {
      nullable: true,
      description: `Returns the last N runs (1–${limits.pageSize.value}). Cannot be combined with \`first\`.`,
    })
    @Bounded({ minimum: 1, maximum: limits.pageSize.value })
    last?: number | null;

    @Field(() => String, { nullable: true, description: 'Returns runs before this cursor of the same list.' })
    @Bounded({ maxLength: limits.cursorLength.value })
    before?: string | null;
  }
  return RunPageArgs as ClassType<Scope & RunPageArgs>;
}

@ArgsType()
export class TaskRunsArgs extends withPage(RunScopeArgs) {}

/** The arguments of a list on a task or project. */
@ArgsType()
export class RunPageArgs extends withPage(RunFilterArgs) {}
