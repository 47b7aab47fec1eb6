import { ObjectType } from 'type-graphql';
import { TaskRunMeasures } from '../measures.js';

@ObjectType({
  simpleResolvers: true,
  implements: TaskRunMeasures,
  description:
    'Measures of the task runs of the previous period, which has the same length and ends at `createdAfter` of the filter.',
})
export class TaskRunStatsOfPreviousPeriod extends TaskRunMeasures {}
