import { Field, ObjectType } from 'type-graphql';
import { TaskRunStatus } from '../../lists/task-run-status.enum.js';
import { TaskRunMeasures } from '../task-run-measures.type.js';
import { TaskRunSeries } from '../task-run-series.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'The task runs that ended with the same status.',
})
export class TaskRunStatsOfStatus extends TaskRunMeasures {
  @Field(() => TaskRunStatus, { description: 'The status.' })
  status!: TaskRunStatus;
}
