import { Args, FieldResolver, Resolver, Root } from 'type-graphql';
import { BucketsArgs } from '../types/statistics/buckets.args.js';
import { TaskRunSeries } from '../types/statistics/task-run-series.type.js';
import { TaskRunStatsBucket } from '../types/statistics/task-run-stats-bucket.type.js';
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
    return statistics.splitBy({ by, timeZone }, { withEmpty });
  }
}
