import { Field, ObjectType } from 'type-graphql';
import { TaskRun } from '../run.js';

@ObjectType({ simpleResolvers: true, description: 'A task run in a list.' })
export class TaskRunEdge {
  @Field(() => TaskRun, { nullable: true, description: 'The run; null with an error if it cannot be shown.' })
  node!: TaskRun | null;

  @Field(() => String, {
    description:
      'The position of the run in this list, for `after` and `before`. It is valid only with the same filter and order.',
  })
  cursor!: string;
}
