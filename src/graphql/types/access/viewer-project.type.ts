import { Field, ObjectType } from 'type-graphql';
import { Project } from '../resources.type.js';
import { Role } from './role.enum.js';

@ObjectType({ simpleResolvers: true, description: 'A project as the caller sees it.' })
export class ViewerProject {
  @Field(() => Project, { description: 'The project.' })
  project!: Project;

  @Field(() => Role, {
    nullable: true,
    description: "The caller's highest role on the project; null where it has one only on tasks of it.",
  })
  role!: Role | null;
}
