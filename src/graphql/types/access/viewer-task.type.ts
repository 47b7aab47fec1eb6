import { Field, ObjectType } from 'type-graphql';
import { Task } from '../resources.type.js';
import { Role } from './role.enum.js';
import { RunAccess } from './run-access.enum.js';
import { RunVisibility } from './run-visibility.enum.js';

@ObjectType({ simpleResolvers: true, description: 'A task as the caller sees it.' })
export class ViewerTask {
  @Field(() => Task, { description: 'The task.' })
  task!: Task;

  @Field(() => Role, { nullable: true, description: "The caller's highest role on the task." })
  role!: Role | null;

  @Field(() => RunVisibility, { description: 'Which roles see all runs of the task.' })
  runVisibility!: RunVisibility;

  @Field(() => RunAccess, { description: 'Which runs of the task the caller sees, by its role and the visibility.' })
  runAccess!: RunAccess;
}
