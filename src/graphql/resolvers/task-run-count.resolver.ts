import { Args, FieldResolver, Resolver, Root } from 'type-graphql';
import { BoundedCount, CountUpToArgs, TaskRunConnection } from '../types/lists.js';
import type { RunConnection } from './run-connection.js';

@Resolver(() => TaskRunConnection)
export class TaskRunCountResolver {
  @FieldResolver(() => BoundedCount, {
    nullable: true,
    description:
      'Counts the runs of the whole list up to a maximum. If no index decides the filter, the count may end earlier, as the scan of a page does. Null with an error.',
  })
  countUpTo(
    @Root() connection: RunConnection,
    @Args(() => CountUpToArgs) { max }: CountUpToArgs,
  ): Promise<BoundedCount> {
    return connection.countUpTo(max);
  }
}
