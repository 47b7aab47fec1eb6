import { Args, FieldResolver, Resolver, Root } from 'type-graphql';
import { type SplitField, splits } from '../../task-runs/statistics/dimensions.js';
import { parseTop } from '../../task-runs/statistics/top.js';
import { TaskRunStatsOfContext } from '../types/statistics/groups/task-run-stats-of-context.type.js';
import { TaskRunStatsOfFailureReason } from '../types/statistics/groups/task-run-stats-of-failure-reason.type.js';
import { TaskRunStatsOfFallbackModel } from '../types/statistics/groups/task-run-stats-of-fallback-model.type.js';
import { TaskRunStatsOfReportingGroup } from '../types/statistics/groups/task-run-stats-of-reporting-group.type.js';
import { TaskRunStatsOfRevision } from '../types/statistics/groups/task-run-stats-of-revision.type.js';
import { TaskRunStatsOfStatus } from '../types/statistics/groups/task-run-stats-of-status.type.js';
import { TaskRunStatsOfTask } from '../types/statistics/groups/task-run-stats-of-task.type.js';
import { TaskRunStatsOfUser } from '../types/statistics/groups/task-run-stats-of-user.type.js';
import { GroupsArgs } from '../types/statistics/groups.args.js';
import { TaskRunStats } from '../types/statistics/task-run-stats.type.js';
import type { StatisticsView } from './statistics-view.js';

@Resolver(() => TaskRunStats)
export class TaskRunSplitsResolver {
  @FieldResolver(() => [TaskRunStatsOfRevision], { description: 'By task revision.' })
  byRevision(@Root() statistics: StatisticsView, @Args(() => GroupsArgs) groups: GroupsArgs) {
    return split(statistics, 'byRevision', groups);
  }

  @FieldResolver(() => [TaskRunStatsOfReportingGroup], { description: 'By reporting group.' })
  byReportingGroup(@Root() statistics: StatisticsView, @Args(() => GroupsArgs) groups: GroupsArgs) {
    return split(statistics, 'byReportingGroup', groups);
  }

  @FieldResolver(() => [TaskRunStatsOfFallbackModel], { description: 'By fallback model.' })
  byFallbackModel(@Root() statistics: StatisticsView, @Args(() => GroupsArgs) groups: GroupsArgs) {
    return split(statistics, 'byFallbackModel', groups);
  }

  @FieldResolver(() => [TaskRunStatsOfTask], { description: 'By task.' })
  byTask(@Root() statistics: StatisticsView, @Args(() => GroupsArgs) groups: GroupsArgs) {
    return split(statistics, 'byTask', groups);
  }

  @FieldResolver(() => [TaskRunStatsOfStatus], { description: 'By status.' })
  byStatus(@Root() statistics: StatisticsView, @Args(() => GroupsArgs) groups: GroupsArgs) {
    return split(statistics, 'byStatus', groups);
  }

  @FieldResolver(() => [TaskRunStatsOfUser], { description: 'By the user who executed the task.' })
  byUser(@Root() statistics: StatisticsView, @Args(() => GroupsArgs) groups: GroupsArgs) {
    return split(statistics, 'byUser', groups);
  }

  @FieldResolver(() => [TaskRunStatsOfContext], { description: 'By `contextId`.' })
  byContext(@Root() statistics: StatisticsView, @Args(() => GroupsArgs) groups: GroupsArgs) {
    return split(statistics, 'byContext', groups);
  }

  @FieldResolver(() => [TaskRunStatsOfFailureReason], { description: 'By `primaryFailureReason`.' })
  byFailureReason(@Root() statistics: StatisticsView, @Args(() => GroupsArgs) groups: GroupsArgs) {
    return split(statistics, 'byFailureReason', groups);
  }
}

function split(statistics: StatisticsView, field: SplitField, groups: GroupsArgs): StatisticsView[] {
  return statistics.splitBy(splits[field].key, { top: parseTop(field, groups) });
}
