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
}
