import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../scalars/index.js';

@ObjectType({ simpleResolvers: true, description: 'A run that was deleted, or moved away from its task.' })
export class TaskRunDeletion {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => ID, { description: 'The task that the run was in.' })
  taskId!: string;

  @Field(() => DateTimeScalar, { description: 'When the transaction began that deleted the run.' })
  deletedAt!: string;
}
