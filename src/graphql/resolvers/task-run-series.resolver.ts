import { Args, FieldResolver, Resolver, Root } from 'type-graphql';
import { BucketsArgs } from '../types/statistics/buckets.args.js';
import { TaskRunSeries } from '../types/statistics/task-run-series.type.js';
import { TaskRunStatsBucket } from '../types/statistics/task-run-stats-bucket.type.js';
import type { PresentedStatistics } from './presented-statistics.js';

@Resolver(() => TaskRunSeries)
export class TaskRunSeriesResolver {
  @FieldResolver(() => [TaskRunStatsBucket], {
    description: 'By time, oldest first. Runs whose `created` cannot be shown are omitted.',
  })
  buckets(
    @Root() statistics: PresentedStatistics,
    @Args(() => BucketsArgs) { by, timeZone, withEmpty }: BucketsArgs,
  ): PresentedStatistics[] {
    return statistics.splitBy({ by, timeZone }, { withEmpty });
  }
}
