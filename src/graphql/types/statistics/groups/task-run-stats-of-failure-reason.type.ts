import { Field, ObjectType } from 'type-graphql';
import { limits } from '../../../../limits.js';
import { TaskRunMeasures } from '../task-run-measures.type.js';
import { TaskRunSeries } from '../task-run-series.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'The task runs whose primary model failed for the same reason.',
})
export class TaskRunStatsOfFailureReason extends TaskRunMeasures {
  @Field(() => String, {
    nullable: true,
    description: `Why the primary model failed, its first ${limits.failureReasonLength.value} characters; null: the runs in which it did not.`,
  })
  primaryFailureReason!: string | null;
}
