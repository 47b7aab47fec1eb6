import { Field, ID, ObjectType } from 'type-graphql';
import { Role } from './role.enum.js';

@ObjectType({ simpleResolvers: true, description: 'A project as the caller sees it.' })
export class ViewerProject {
  @Field(() => ID, { description: 'The unique identifier of the project.' })
  id!: string;

  @Field(() => String, { description: 'The name of the project.' })
  name!: string;

  @Field(() => Role, {
    nullable: true,
    description: "The caller's highest role on the project; null where it has one only on tasks of it.",
  })
  role!: Role | null;
}
