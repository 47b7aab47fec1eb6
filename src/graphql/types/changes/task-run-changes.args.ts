import { ArgsType, Field, Int } from 'type-graphql';
import { limits } from '../../../limits.js';
import { RunScopeArgs } from '../run-scope.args.js';

@ArgsType()
export class TaskRunChangesArgs extends RunScopeArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Only changes behind this cursor of any feed; omitted: from the first run.',
  })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: limits.defaultPageSize.value,
    description: `Returns the next N changes at most (1–${limits.pageSize.value}).`,
  })
  first?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: `Where there is no change yet, waits for one, N seconds at most (0–${limits.changesWait.value}).`,
  })
  wait?: number | null;
}
