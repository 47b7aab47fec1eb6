import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../scalars/index.js';
import { TaskRunMeasures } from '../measures.js';

@ObjectType({
  simpleResolvers: true,
  implements: TaskRunMeasures,
  description: 'Measures of the task runs created in one bucket of time.',
})
export class TaskRunStatsBucket extends TaskRunMeasures {
  @Field(() => DateTimeScalar, {
    description: 'When the bucket begins. It ends when the next bucket of this width begins in the time zone.',
  })
  start!: string;

  @Field(() => String, {
    description:
      'The ISO 8601 name of the bucket in its time zone, such as `2026-11-26T14:00+01:00`, `2026-11-26`, `2026-W48` or `2026-11`.',
  })
  label!: string;
}
