import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { limits } from '../../limits.js';
import type { TaskRunRecord } from '../../task-runs/columns/records.js';
import type { RunPath } from '../../task-runs/columns/run-path.js';
import type { RunContext } from '../../task-runs/lists/run-relatives.js';
import type { GatewayContext } from '../context.js';
import { runSelection } from '../selection/run-selection.js';
import {
  BoundedCount,
  ContextRunsArgs,
  CountUpToArgs,
  TaskRunConnection,
  TaskRunContext,
  TaskRunOrder,
  TaskRunsArgs,
} from '../types/lists.js';
import { TaskRun } from '../types/run.js';
import { RunConnection, runListSelection } from './run-connection.js';

@Resolver(() => TaskRunContext)
export class TaskRunListResolver {
  @Query(() => TaskRunConnection, {
    nullable: true,
    description:
      'The runs that the caller may see in a task, a project or a whole organization: exactly those that `taskRun` returns. Newest first by default. Null, with the same errors as `taskRun`, if they cannot be returned.',
  })
  async taskRuns(
    @Args(() => TaskRunsArgs) input: TaskRunsArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RunConnection> {
    return new RunConnection(await context.services.lists.list(input, runListSelection(info)), input);
  }

  @FieldResolver(() => TaskRunConnection, {
    nullable: true,
    description: 'The runs of the context, oldest first. Counts as one of the lists that an operation may select.',
  })
  async runs(
    @Root() { contextId, path }: RunContext,
    @Args(() => ContextRunsArgs) page: ContextRunsArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RunConnection> {
    const input = { ...path, filter: { contextId: { eq: contextId } }, orderBy: TaskRunOrder.CREATED_ASC, ...page };
    return new RunConnection(await context.services.lists.list(input, runListSelection(info)), input);
  }

  @FieldResolver(() => TaskRun, { nullable: true, description: 'The first run of the context.' })
  first(
    @Root() { first }: RunContext,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TaskRunRecord> | null {
    return runAt(first, context, info);
  }

  @FieldResolver(() => TaskRun, { nullable: true, description: 'The latest run of the context.' })
  last(
    @Root() { last }: RunContext,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TaskRunRecord> | null {
    return runAt(last, context, info);
  }
}

/** Reads a run by path, with the same decision. It counts as one of the operation's runs. */
function runAt(
  path: RunPath | null,
  { budget, services }: GatewayContext,
  info: GraphQLResolveInfo,
): Promise<TaskRunRecord> | null {
  if (path === null) return null;
  budget.counts.count(limits.runs, 1);
  return services.taskRuns.runByPath(path, runSelection(info));
}

@Resolver(() => TaskRunConnection)
export class TaskRunCountResolver {
  @FieldResolver(() => BoundedCount, {
    nullable: true,
    description:
      'Counts the runs of the whole list up to a maximum. If the filter requires a scan, the count may stop earlier, like the scan of a page. If counting fails, the field is null, with an error.',
  })
  countUpTo(
    @Root() connection: RunConnection,
    @Args(() => CountUpToArgs) { max }: CountUpToArgs,
  ): Promise<BoundedCount> {
    return connection.countUpTo(max);
  }
}
