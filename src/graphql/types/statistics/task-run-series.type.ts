import { Field, InterfaceType } from 'type-graphql';
import { TaskRunMeasureChanges } from './task-run-measure-changes.type.js';
import { TaskRunStatsOfPreviousPeriod } from './task-run-stats-of-previous-period.type.js';

/** Its field `buckets` has arguments and is resolved in `task-run-series.resolver.ts`. */
@InterfaceType({ description: 'A set of task runs that can be followed over time.' })
export abstract class TaskRunSeries {
  @Field(() => TaskRunStatsOfPreviousPeriod, {
    description:
      'The same in the period before: from as long before `createdAfter` of the filter, which must be given, as `createdBefore`, or now, is after it.',
  })
  previous!: TaskRunStatsOfPreviousPeriod;

  @Field(() => TaskRunMeasureChanges, { description: 'How that has changed since the period before.' })
  change!: TaskRunMeasureChanges;
}
