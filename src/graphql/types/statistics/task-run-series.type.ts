import { Field, InterfaceType } from 'type-graphql';
import { TaskRunMeasureChanges } from '../measures.js';
import { TaskRunStatsOfPreviousPeriod } from './task-run-stats-of-previous-period.type.js';

/** Its fields `buckets` and `groupBy` have arguments and are resolved in `task-run-series.resolver.ts`. */
@InterfaceType({ description: 'A set of task runs that can be grouped, and whose measures can be compared over time.' })
export abstract class TaskRunSeries {
  @Field(() => TaskRunStatsOfPreviousPeriod, {
    description:
      'The same measures in the previous period, which ends at `createdAfter` of the filter and is as long as the time from then to `createdBefore` (if omitted, to now). Requires `createdAfter`.',
  })
  previous!: TaskRunStatsOfPreviousPeriod;

  @Field(() => TaskRunMeasureChanges, { description: 'The changes of the measures since the previous period.' })
  change!: TaskRunMeasureChanges;
}
