import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Directive, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { limits } from '../../limits.js';
import type { TaskRunRecord } from '../../task-runs/columns/records.js';
import type { RunContext } from '../../task-runs/lists/run-relatives.js';
import type { TaskRunService } from '../../task-runs/task-runs.service.js';
import type { GatewayContext } from '../context.js';
import { runSelection } from '../selection/run-selection.js';
import { TaskRunContext } from '../types/lists.js';
import { ReportingGroup } from '../types/resources.js';
import { TaskRun, TaskRunArgs, TaskRunFile, TaskRunsByIdsArgs } from '../types/run.js';

@Resolver(() => TaskRun)
export class TaskRunResolver {
  @Query(() => TaskRun, {
    nullable: true,
    description:
      'One task run by its full path. Null, with an error, if it cannot be returned. The code is BAD_REQUEST if an id is malformed, FORBIDDEN if the caller may not see the run, and NOT_FOUND if the run does not exist.',
  })
  taskRun(
    @Args(() => TaskRunArgs) path: TaskRunArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TaskRunRecord> {
    context.budget.counts.count(limits.runs, 1);
    return context.services.taskRuns.runByPath(path, runSelection(info));
  }

  @Query(() => [TaskRun], {
    nullable: 'itemsAndList',
    description:
      'Up to 100 runs of one task by their ids, in the order of the ids. An item is null, with the same error as from `taskRun`, if its run cannot be returned.',
  })
  taskRunsByIds(
    @Args(() => TaskRunsByIdsArgs) { ids, ...task }: TaskRunsByIdsArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): ReturnType<TaskRunService['runsByIds']> {
    return context.services.taskRuns.runsByIds(task, ids, runSelection(info));
  }

  @FieldResolver(() => ReportingGroup, {
    nullable: true,
    description: 'The reporting group of the run; null if it has none.',
  })
  reportingGroup(
    @Root() run: TaskRunRecord,
    @Ctx() context: GatewayContext,
  ): ReturnType<TaskRunService['reportingGroupOf']> {
    return context.services.taskRuns.reportingGroupOf(run);
  }

  @FieldResolver(() => [TaskRunFile], {
    nullable: true,
    description:
      'The files of the run, in their stored order. An empty list if it has none; null, with an error, if they could not be read.',
  })
  @Directive('@tag(name: "payload")')
  files(@Root() run: TaskRunRecord, @Ctx() context: GatewayContext): ReturnType<TaskRunService['filesOf']> {
    return context.services.taskRuns.filesOf(run);
  }

  @FieldResolver(() => TaskRun, {
    nullable: true,
    description:
      'The run created next in the same task, among the runs that the caller may see; null if this run is the last one.',
  })
  next(
    @Root() run: TaskRunRecord,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TaskRunRecord | null> {
    return adjacentRun(run, 'next', context, info);
  }

  @FieldResolver(() => TaskRun, {
    nullable: true,
    description:
      'The run created just before this one in the same task, among the runs that the caller may see; null if this run is the first one.',
  })
  previous(
    @Root() run: TaskRunRecord,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TaskRunRecord | null> {
    return adjacentRun(run, 'previous', context, info);
  }

  @FieldResolver(() => TaskRunContext, {
    nullable: true,
    description: 'The conversation that the run belongs to; null if it has no `contextId`.',
  })
  context(@Root() run: TaskRunRecord, @Ctx() { services }: GatewayContext): Promise<RunContext | null> {
    return services.relatives.contextOf(run);
  }
}

/** Reads a run by path, with the same decision. It counts as one of the operation's runs. */
async function adjacentRun(
  run: TaskRunRecord,
  direction: 'next' | 'previous',
  { budget, services }: GatewayContext,
  info: GraphQLResolveInfo,
): Promise<TaskRunRecord | null> {
  budget.counts.count(limits.runs, 1);
  const path = await services.relatives.adjacentRun(run, direction);
  return path === null ? null : services.taskRuns.runByPath(path, runSelection(info));
}
