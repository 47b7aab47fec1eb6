import { ArgsType, Field, ID } from 'type-graphql';

/**
 * The path of a task. Ids are `ID`, not `UUID`, so that a malformed one is an error of its field, not of the operation.
 */
@ArgsType()
export class TaskPathArgs {
  @Field(() => ID, { description: 'The organization: 8-4-4-4-12 hexadecimal digits.' })
  orgId!: string;

  @Field(() => ID, { description: 'The project in that organization.' })
  projectId!: string;

  @Field(() => ID, { description: 'The task in that project.' })
  taskId!: string;
}
