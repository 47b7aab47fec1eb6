import { Field, ObjectType } from 'type-graphql';
import { UUIDScalar } from '../../../scalars/index.js';
import { TaskRunMeasures } from '../task-run-measures.type.js';
import { TaskRunSeries } from '../task-run-series.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'The task runs that a user executed.',
})
export class TaskRunStatsOfUser extends TaskRunMeasures {
  @Field(() => UUIDScalar, { nullable: true, description: 'The id of the user; null: the runs without one.' })
  userId!: string | null;
}
