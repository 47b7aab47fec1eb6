import { ObjectType } from 'type-graphql';
import { TaskRunMeasures } from './task-run-measures.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: TaskRunMeasures,
  description: 'The task runs of the period before, which is as long and ends where the filter begins.',
})
export class TaskRunStatsOfPreviousPeriod extends TaskRunMeasures {}
