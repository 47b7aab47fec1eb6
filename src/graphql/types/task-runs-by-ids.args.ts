import { ArgsType, Field, ID } from 'type-graphql';

@ArgsType()
export class TaskRunsByIdsArgs {
  @Field(() => ID, { description: 'The organization: 8-4-4-4-12 hexadecimal digits.' })
  orgId!: string;

  @Field(() => ID, { description: 'The project in that organization.' })
  projectId!: string;

  @Field(() => ID, { description: 'The task in that project.' })
  taskId!: string;

  @Field(() => [ID], { description: 'The runs of that task, at most 100.' })
  ids!: string[];
}
