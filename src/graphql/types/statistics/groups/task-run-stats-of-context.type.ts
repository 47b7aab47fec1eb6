import { Field, ObjectType } from 'type-graphql';
import { TaskRunMeasures } from '../task-run-measures.type.js';
import { TaskRunSeries } from '../task-run-series.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'The task runs that have a context in common.',
})
export class TaskRunStatsOfContext extends TaskRunMeasures {
  @Field(() => String, { nullable: true, description: 'The id of the context; null: the runs without one.' })
  contextId!: string | null;
}
