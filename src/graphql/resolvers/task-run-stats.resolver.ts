import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Directive, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { RawJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';
import type { StatisticsInput } from '../../task-runs/statistics/run-statistics.service.js';
import { parseGroupBy } from '../../task-runs/statistics/splits.js';
import { parseScopePath } from '../../task-runs/visibility/run-scope.js';
import type { GatewayContext } from '../context.js';
import { DateTimeScalar, JSONScalar } from '../scalars/index.js';
import { groupName } from '../selection/selected-fields.js';
import { statisticsSelection } from '../selection/statistics-selection.js';
import { TaskRunConnection } from '../types/lists.js';
import { RunScopeArgs } from '../types/run-filter.js';
import {
  BucketsArgs,
  GroupByArgs,
  TaskRunSeries,
  TaskRunStats,
  TaskRunStatsBucket,
  TaskRunStatsGroup,
} from '../types/statistics.js';
import type { RunConnection } from './run-connection.js';
import { StatisticsView } from './statistics-view.js';

@Resolver(() => TaskRunConnection)
export class TaskRunStatsResolver {
  @Query(() => TaskRunStats, {
    nullable: true,
    description:
      'Statistics of the runs that the caller may see in a task, a project or a whole organization. Null, with the same errors as `taskRun`, if they cannot be returned.',
  })
  taskRunStats(
    @Args(() => RunScopeArgs) input: RunScopeArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StatisticsView> {
    return statisticsOf(input, context, info);
  }

  @FieldResolver(() => TaskRunStats, {
    nullable: true,
    description:
      'Statistics of the whole list, regardless of the page. Null, with an error, if they cannot be computed.',
  })
  stats(
    @Root() { input }: RunConnection,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StatisticsView> {
    return statisticsOf(input, context, info, groupName(info.path));
  }
}

async function statisticsOf(
  input: StatisticsInput,
  { services }: GatewayContext,
  info: GraphQLResolveInfo,
  group?: string,
): Promise<StatisticsView> {
  const selection = statisticsSelection(info.fieldNodes, info);
  const path = parseScopePath(input);
  const read = services.statistics.prepareStatistics(input.filter, selection, group);
  return new StatisticsView(await read(path), path, null);
}

@Resolver(() => TaskRunSeries)
export class TaskRunSeriesResolver {
  @FieldResolver(() => [TaskRunStatsBucket], {
    description:
      'Measures by time of creation, oldest bucket first. Runs of the first weeks of the year 1 are omitted.',
  })
  buckets(
    @Root() statistics: StatisticsView,
    @Args(() => BucketsArgs) { by, timeZone, withEmpty }: BucketsArgs,
  ): StatisticsView[] {
    return statistics.splitBy({ dimension: { by, timeZone }, withEmpty });
  }

  @FieldResolver(() => [TaskRunStatsGroup], {
    description: 'Groups of runs that have a value in common. Groups may contain groups and buckets of time.',
  })
  groupBy(
    @Root() statistics: StatisticsView,
    @Args(() => GroupByArgs) input: GroupByArgs,
    @Ctx() { services }: GatewayContext,
  ): StatisticsView[] {
    return statistics.splitBy(parseGroupBy(input, services.taskRuns.modelPointer));
  }
}

@Resolver(() => TaskRunStatsGroup)
export class TaskRunStatsGroupResolver {
  @FieldResolver(() => JSONScalar, {
    nullable: true,
    description:
      'The value itself; null for runs without a value or with JSON null. If equal values have numbers of different scale, one of the values is returned.',
  })
  @Directive('@tag(name: "payload")')
  json(@Root() group: StatisticsView, @Ctx() { budget }: GatewayContext): RawJson | null {
    const json = group.jsonWithin(Math.min(budget.bytes.maxBytes, limits.groupJsonBytes.value));
    if (json !== null) budget.bytes.write(json.text);
    return json;
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      'When the kind of failure was first seen in the task, project or organization, over all time and regardless of the filter; null for runs that did not fail, and if the runs are not grouped by `FAILURE`.',
  })
  @Directive('@tag(name: "payload")')
  firstSeen(@Root() group: StatisticsView, @Ctx() { services }: GatewayContext): Promise<string | null> | null {
    const { failureKind } = group;
    return failureKind && services.taskRuns.firstSeen(failureKind.path, failureKind.kind);
  }
}
