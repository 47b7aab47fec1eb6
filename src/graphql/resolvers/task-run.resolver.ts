import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Directive, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { limits } from '../../limits.js';
import type { TaskRunRecord } from '../../task-runs/record/records.js';
import type { TaskRunService } from '../../task-runs/task-runs.service.js';
import type { GatewayContext } from '../context.js';
import { runSelection } from '../selection/run-selection.js';
import { ReportingGroup } from '../types/reporting-group.type.js';
import { TaskRunArgs } from '../types/task-run.args.js';
import { TaskRun } from '../types/task-run.type.js';
import { TaskRunFile } from '../types/task-run-file.type.js';
import { TaskRunsByIdsArgs } from '../types/task-runs-by-ids.args.js';

@Resolver(() => TaskRun)
export class TaskRunResolver {
  @Query(() => TaskRun, {
    nullable: true,
    description:
      'One task run by its full path. Null with an error of code BAD_REQUEST (an id is malformed), FORBIDDEN (the caller may not see it) or NOT_FOUND.',
  })
  taskRun(
    @Args(() => TaskRunArgs) path: TaskRunArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TaskRunRecord> {
    context.budget.count(limits.runs, 1);
    return context.taskRuns.runByPath(path, runSelection(info));
  }

  @Query(() => [TaskRun], {
    nullable: 'itemsAndList',
    description:
      'Task runs of one task by their ids, at most 100, in the order of the ids. Where a run cannot be returned there is null, with the error that `taskRun` would give.',
  })
  @Directive('@listSize(assumedSize: 100)')
  taskRunsByIds(
    @Args(() => TaskRunsByIdsArgs) { ids, ...task }: TaskRunsByIdsArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): ReturnType<TaskRunService['runsByIds']> {
    return context.taskRuns.runsByIds(task, ids, runSelection(info));
  }

  @FieldResolver(() => ReportingGroup, {
    nullable: true,
    description: 'The reporting group of the run; null if it has none.',
  })
  reportingGroup(
    @Root() run: TaskRunRecord,
    @Ctx() context: GatewayContext,
  ): ReturnType<TaskRunService['reportingGroupOf']> {
    return context.taskRuns.reportingGroupOf(run);
  }

  @FieldResolver(() => [TaskRunFile], {
    nullable: true,
    description: "The run's files in their order; an empty list if it has none, null if they could not be read.",
  })
  @Directive('@listSize(assumedSize: 10)')
  files(@Root() run: TaskRunRecord, @Ctx() context: GatewayContext): ReturnType<TaskRunService['filesOf']> {
    return context.taskRuns.filesOf(run);
  }
}
