import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../scalars/index.js';
import { TaskRunMeasures } from './task-run-measures.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: TaskRunMeasures,
  description: 'The task runs created in a period of time.',
})
export class TaskRunStatsBucket extends TaskRunMeasures {
  @Field(() => DateTimeScalar, {
    description: 'When the period begins. It ends where the next one of its width begins in its time zone.',
  })
  start!: string;

  @Field(() => String, {
    description:
      'Its name in its time zone, of ISO 8601: `2026-11-26T14:00+01:00`, `2026-11-26`, `2026-W48` or `2026-11`.',
  })
  label!: string;
}
