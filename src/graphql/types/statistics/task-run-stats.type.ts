import { ObjectType } from 'type-graphql';
import { TaskRunMeasures } from '../measures.js';
import { TaskRunSeries } from './task-run-series.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'Statistics of the task runs that the caller may see. One SQL statement reads all selected fields.',
})
export class TaskRunStats extends TaskRunMeasures {}
