import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import { limits } from '../../limits.js';
import { DateTimeScalar } from '../scalars/index.js';
import { Bounded } from './bounds.js';
import { TaskRun } from './run.js';
import { RunScopeArgs } from './run-filter.js';

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
    description: `The time in seconds to wait for a change (0–${limits.changesWait.value}).`,
  })
  @Bounded({ minimum: 0, maximum: limits.changesWait.value })
  wait?: number | null;
}

@ArgsType()
export class TaskRunChangedArgs extends RunScopeArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Starts after this cursor, which may come from any feed. If omitted, starts with the next change.',
  })
  after?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'A run that was deleted, or moved away from its task.' })
export class TaskRunDeletion {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => ID, { description: 'The task that the run was in.' })
  taskId!: string;

  @Field(() => DateTimeScalar, { description: 'When the transaction that deleted the run began.' })
  deletedAt!: string;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'One version of a run, after it was inserted or after an update or a change to its files; or its deletion.',
})
export class TaskRunChange {
  @Field(() => String, { description: 'The position of the change, for `after`. It is the same in every feed.' })
  cursor!: string;

  @Field(() => String, {
    description:
      'The cursor of the preceding change. If it differs from the last received cursor, changes are missing.',
  })
  previousCursor!: string;

  @Field(() => TaskRun, {
    nullable: true,
    description:
      'The run. Null, with an error, if it cannot be shown. Also null, without an error, for a deletion or a heartbeat.',
  })
  run!: TaskRun | null;

  @Field(() => TaskRunDeletion, {
    nullable: true,
    description: 'The deletion of a run; null for other changes and for a heartbeat.',
  })
  deleted!: TaskRunDeletion | null;
}

@ObjectType({ simpleResolvers: true, description: 'A page of changes, in the order of their cursors.' })
export class TaskRunChanges {
  @Field(() => [TaskRunChange], { description: 'The changes. Empty if nothing has changed.' })
  changes!: TaskRunChange[];

  @Field(() => String, { description: 'The cursor to pass as `after` next. All later changes come after it.' })
  endCursor!: string;

  @Field(() => Boolean, {
    description: 'Whether more changes may exist already. This can be true for a page without changes.',
  })
  hasMore!: boolean;
}
