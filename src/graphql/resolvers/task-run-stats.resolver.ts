import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { StatisticsInput } from '../../task-runs/statistics/run-statistics.service.js';
import type { GatewayContext } from '../context.js';
import { groupName } from '../selection/selected-fields.js';
import { statisticsSelection } from '../selection/statistics-selection.js';
import { TaskRunConnection } from '../types/lists.js';
import { RunScopeArgs } from '../types/run-filter.js';
import { TaskRunStats } from '../types/statistics.js';
import type { RunConnection } from './run-connection.js';
import { StatisticsView } from './statistics-view.js';

@Resolver(() => TaskRunConnection)
export class TaskRunStatsResolver {
  @Query(() => TaskRunStats, {
    nullable: true,
    description:
      'Statistics of the runs that the caller may see in a task or a whole project. Null with an error, as for `taskRun`.',
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
    description: 'Statistics of the whole list, regardless of the page. Null with an error.',
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
  return new StatisticsView(await services.statistics.statisticsOf(input, selection, group), null);
}
