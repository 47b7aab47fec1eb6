import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Directive, Info, Query, Resolver } from 'type-graphql';
import type { GatewayContext } from '../context.js';
import { TaskRunConnection } from '../types/lists/task-run-connection.type.js';
import { TaskRunsArgs } from '../types/lists/task-runs.args.js';
import { RunConnection, runListSelection } from './run-connection.js';

@Resolver()
export class TaskRunListResolver {
  @Query(() => TaskRunConnection, {
    nullable: true,
    description:
      'The task runs of a task or a whole project that the caller may see: exactly those that `taskRun` would return, newest first by default. Null with an error, as for `taskRun`.',
  })
  @Directive(
    '@listSize(assumedSize: 50, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)',
  )
  async taskRuns(
    @Args(() => TaskRunsArgs) input: TaskRunsArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RunConnection> {
    return new RunConnection(await context.runLists.list(input, runListSelection(info)), input);
  }
}
