import { Field, ObjectType } from 'type-graphql';
import { Role } from '../access.js';
import { Project } from '../resources.js';

@ObjectType({ simpleResolvers: true, description: "A project, with the caller's role." })
export class ViewerProject {
  @Field(() => Project, { description: 'The project.' })
  project!: Project;

  @Field(() => Role, {
    nullable: true,
    description: "The caller's highest role on the project; null if the caller only has roles on its tasks.",
  })
  role!: Role | null;
}
