import { Field, ObjectType } from 'type-graphql';
import { limits } from '../../../limits.js';
import { DateTimeScalar } from '../../scalars/index.js';
import { TaskRunMeasures } from '../measures.js';
import { LlmModel, ReportingGroup, Task, User } from '../resources.js';
import { TaskRunSeries } from './task-run-series.type.js';

const relation = (dimension: string, of: string) => ({
  nullable: true,
  description: `${of} that the group stands for; null for runs without one, and where they are not grouped by \`${dimension}\`.`,
});

/** Its field `json` is resolved in `task-run-stats-group.resolver.ts`. */
@ObjectType({
  simpleResolvers: true,
  implements: [TaskRunMeasures, TaskRunSeries],
  description: 'The task runs that have a value in common.',
})
export class TaskRunStatsGroup extends TaskRunMeasures {
  @Field(() => String, {
    nullable: true,
    description: `The id, name or text that the group stands for, the first ${limits.groupValueLength.value.toLocaleString('en')} characters; null for runs without one.`,
  })
  value!: string | null;

  @Field(() => Task, relation('TASK', 'The task'))
  task!: Task | null;

  @Field(() => ReportingGroup, relation('REPORTING_GROUP', 'The reporting group'))
  reportingGroup!: ReportingGroup | null;

  @Field(() => User, relation('USER', 'The user'))
  user!: User | null;

  @Field(() => LlmModel, relation('FALLBACK_MODEL', 'The fallback model'))
  fallbackLlmModel!: LlmModel | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the first of the runs was created; null where that cannot be shown for any of them.',
  })
  firstCreated!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the last of the runs was created; null where that cannot be shown for any of them.',
  })
  lastCreated!: string | null;
}
