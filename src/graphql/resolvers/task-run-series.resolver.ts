import { Args, FieldResolver, Resolver, Root } from 'type-graphql';
import { parseGroupBy } from '../../task-runs/statistics/splits.js';
import { BucketsArgs, GroupByArgs, TaskRunSeries, TaskRunStatsBucket, TaskRunStatsGroup } from '../types/statistics.js';
import type { StatisticsView } from './statistics-view.js';

@Resolver(() => TaskRunSeries)
export class TaskRunSeriesResolver {
  @FieldResolver(() => [TaskRunStatsBucket], {
    description: 'Measures by time of creation, oldest bucket first. Runs whose `created` cannot be shown are omitted.',
  })
  buckets(
    @Root() statistics: StatisticsView,
    @Args(() => BucketsArgs) { by, timeZone, withEmpty }: BucketsArgs,
  ): StatisticsView[] {
    return statistics.splitBy({ dimension: { by, timeZone }, withEmpty });
  }

  @FieldResolver(() => [TaskRunStatsGroup], {
    description: 'Groups of runs that have a value in common. Groups may be nested, and followed over time.',
  })
  groupBy(@Root() statistics: StatisticsView, @Args(() => GroupByArgs) input: GroupByArgs): StatisticsView[] {
    return statistics.splitBy(parseGroupBy(input));
  }
}
