import { Args, FieldResolver, Resolver, Root } from 'type-graphql';
import { BucketsArgs } from '../types/statistics/buckets.args.js';
import { TaskRunSeries } from '../types/statistics/task-run-series.type.js';
import { TaskRunStatsBucket } from '../types/statistics/task-run-stats-bucket.type.js';
import type { PresentedStatistics } from './presented-statistics.js';

@Resolver(() => TaskRunSeries)
export class TaskRunSeriesResolver {
  @FieldResolver(() => [TaskRunStatsBucket], {
    description: 'By time, oldest first. Buckets without runs are omitted, and runs whose `created` cannot be shown.',
  })
  buckets(
    @Root() statistics: PresentedStatistics,
    @Args(() => BucketsArgs) { by, timeZone }: BucketsArgs,
  ): PresentedStatistics[] {
    return statistics.splitBy({ by, timeZone });
  }
}
