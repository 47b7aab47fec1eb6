import { Field, ID, ObjectType } from 'type-graphql';
import { Role } from './role.enum.js';
import { RunVisibility } from './run-visibility.enum.js';
import { Sight } from './sight.enum.js';

@ObjectType({ simpleResolvers: true, description: 'A task as the caller sees it.' })
export class ViewerTask {
  @Field(() => ID, { description: 'The unique identifier of the task.' })
  id!: string;

  @Field(() => String, { description: 'The name of the task.' })
  name!: string;

  @Field(() => Role, { nullable: true, description: "The caller's highest role on the task." })
  role!: Role | null;

  @Field(() => RunVisibility, { description: 'Which roles see all runs of the task.' })
  runVisibility!: RunVisibility;

  @Field(() => Sight, { description: 'Which runs of the task the caller sees, by its role and the visibility.' })
  sees!: Sight;
}
