import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';
import { Bounded } from '../bounds.js';
import { RunScopeArgs } from '../run-filter.js';

@ArgsType()
export class TaskRunChangesArgs extends RunScopeArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'Returns changes after this cursor, which may come from any feed. If omitted, starts with the first run.',
  })
  @Bounded({ maxLength: limits.cursorLength.value })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: limits.defaultPageSize.value,
    description: `Returns at most N changes (1–${limits.pageSize.value}).`,
  })
  @Bounded({ minimum: 1, maximum: limits.pageSize.value })
  first?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: `The time in seconds to wait for a change if there is none yet (0–${limits.changesWait.value}).`,
  })
  @Bounded({ minimum: 0, maximum: limits.changesWait.value })
  wait?: number | null;
}
