import { type GraphQLResolveInfo, locatedError, responsePathAsArray } from 'graphql';
import { Args, Ctx, Info, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { FollowedChange } from '../../task-runs/changes/follow-changes.js';
import type { RunChangesPage } from '../../task-runs/changes/run-changes.service.js';
import type { GatewayContext } from '../context.js';
import { runSelectionOfFields, selectedRunFields } from '../selection/run-selection.js';
import { assertFieldCount, childFields, fieldsNamed, memoizeByFieldNodes } from '../selection/selected-fields.js';
import { TaskRunChange, TaskRunChangedArgs, TaskRunChanges, TaskRunChangesArgs } from '../types/changes.js';

const changedRunFields = memoizeByFieldNodes((selection) => {
  const fields = childFields(selection.fieldNodes, selection);
  const changeFields = childFields(fieldsNamed(fields, 'changes'), selection);
  assertFieldCount([...fields, ...changeFields]);
  return selectedRunFields({ ...selection, fieldNodes: fieldsNamed(changeFields, 'run') });
});

@Resolver()
export class TaskRunChangesResolver {
  @Query(() => TaskRunChanges, {
    nullable: true,
    description:
      'Changes to the runs that the caller may see in a task, a project or a whole organization. Each version of a run is returned at most once, and its newest version exactly once. No change is added before a cursor that was already returned. A run that was deleted is returned once, as `deleted`, whatever the filter. Null, with the same errors as `taskRun`, if they cannot be returned.',
  })
  taskRunChanges(
    @Args(() => TaskRunChangesArgs) input: TaskRunChangesArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RunChangesPage> {
    if ((input.wait ?? 0) > 0) context.request.isLongPoll = true;
    return context.services.changes.page(input, runSelectionOfFields(changedRunFields(info), info));
  }
}

@Resolver()
export class TaskRunChangedResolver {
  @Subscription(() => TaskRunChange, {
    nullable: true,
    description:
      'The changes that `taskRunChanges` returns, each sent as soon as it is committed. A heartbeat, whose `run` and `deleted` are null, is sent after 15 seconds without a change, and at the start if `after` is omitted. All changes up to its cursor have been sent. The subscription ends with an error, as for `taskRun`, when a permission is withdrawn or the token expires.',
    subscribe: ({ args, context, info }) => follow(args as TaskRunChangedArgs, context as GatewayContext, info),
  })
  taskRunChanged(
    @Root() change: FollowedChange,
    @Args(() => TaskRunChangedArgs) _input: TaskRunChangedArgs,
  ): FollowedChange {
    return change;
  }
}

async function follow(
  input: TaskRunChangedArgs,
  { services, signal }: GatewayContext,
  info: GraphQLResolveInfo,
): Promise<AsyncIterableIterator<FollowedChange>> {
  const fields = childFields(info.fieldNodes, info);
  assertFieldCount(fields);
  const runFields = selectedRunFields({ ...info, fieldNodes: fieldsNamed(fields, 'run') });
  const selection = runSelectionOfFields(runFields, info);
  return locateErrors(await services.changes.follow(input, selection, signal!), info);
}

/** Adds locations to errors of events. graphql-js adds them only to errors thrown by a resolver. */
function locateErrors(
  changes: AsyncIterableIterator<FollowedChange>,
  { fieldNodes, path }: GraphQLResolveInfo,
): AsyncIterableIterator<FollowedChange> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      changes.next().catch((error) => {
        throw locatedError(error, fieldNodes, responsePathAsArray(path));
      }),
    return: () => changes.return!(),
  };
}
