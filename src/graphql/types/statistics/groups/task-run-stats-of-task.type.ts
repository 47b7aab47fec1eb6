import { Field, ObjectType } from 'type-graphql';
import { UUIDScalar } from '../../../scalars/index.js';
import { TaskRunMeasures } from '../task-run-measures.type.js';
import { TaskRunSeries } from '../task-run-series.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'The task runs of one task.',
})
export class TaskRunStatsOfTask extends TaskRunMeasures {
  @Field(() => UUIDScalar, { description: 'The id of the task.' })
  taskId!: string;
}
