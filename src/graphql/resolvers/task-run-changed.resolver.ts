import { type GraphQLResolveInfo, locatedError, responsePathAsArray } from 'graphql';
import { Args, Resolver, Root, Subscription } from 'type-graphql';
import type { FollowedChange } from '../../task-runs/changes/follow-changes.js';
import type { GatewayContext } from '../context.js';
import { runSelectionOfFields, selectedRunFields } from '../selection/run-selection.js';
import { assertFieldCount, childFields } from '../selection/selected-fields.js';
import { TaskRunChange, TaskRunChangedArgs } from '../types/changes.js';

@Resolver()
export class TaskRunChangedResolver {
  @Subscription(() => TaskRunChange, {
    nullable: true,
    description:
      'The changes that `taskRunChanges` returns, each sent as soon as it is committed. A heartbeat, whose `run` and `deleted` are null, is sent after 15 seconds without a change, and first of all if `after` is omitted. All changes up to its cursor have been sent. The subscription ends with an error, as for `taskRun`, when a permission is withdrawn or the token expires.',
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
  const fieldNodes = fields.filter(({ name }) => name.value === 'run');
  const selection = runSelectionOfFields(selectedRunFields({ ...info, fieldNodes }), info);
  return locateErrors(await services.changes.follow(input, selection, signal!), info);
}

/** Adds locations to errors of events, which graphql-js does only for errors that a resolver throws. */
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
