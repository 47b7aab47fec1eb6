import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../scalars/index.js';
import { TaskRunMeasures } from './task-run-measures.type.js';

@ObjectType({
  simpleResolvers: true,
  implements: TaskRunMeasures,
  description: 'The task runs created in a stretch of time.',
})
export class TaskRunStatsBucket extends TaskRunMeasures {
  @Field(() => DateTimeScalar, {
    description: 'When the stretch begins. It ends where the next one of its width begins by the clocks of its zone.',
  })
  start!: string;
}
