import { Field, ObjectType } from 'type-graphql';
import { UUIDScalar } from '../../../scalars/index.js';
import { TaskRunMeasures } from '../task-run-measures.type.js';
import { TaskRunSeries } from '../task-run-series.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'The task runs that have a fallback model in common.',
})
export class TaskRunStatsOfFallbackModel extends TaskRunMeasures {
  @Field(() => UUIDScalar, { nullable: true, description: 'The fallback model; null: the runs without one.' })
  fallbackLlmModelId!: string | null;
}
