import { Field, ObjectType } from 'type-graphql';
import { Role, RunAccess, RunVisibility } from '../access.js';
import { Task } from '../resources.js';

@ObjectType({ simpleResolvers: true, description: "A task, with the caller's role and access to runs." })
export class ViewerTask {
  @Field(() => Task, { description: 'The task.' })
  task!: Task;

  @Field(() => Role, { nullable: true, description: "The caller's highest role on the task." })
  role!: Role | null;

  @Field(() => RunVisibility, { description: 'The roles that may see all runs of the task.' })
  runVisibility!: RunVisibility;

  @Field(() => RunAccess, {
    description: 'Which runs of the task the caller may see, as follows from its role and the run visibility.',
  })
  runAccess!: RunAccess;
}
