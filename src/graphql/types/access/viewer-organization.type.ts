import { Field, ID, ObjectType } from 'type-graphql';
import { Role } from './role.enum.js';
import { ViewerProject } from './viewer-project.type.js';

@ObjectType({ simpleResolvers: true, description: 'An organization as the caller sees it.' })
export class ViewerOrganization {
  @Field(() => ID, { description: 'The unique identifier of the organization.' })
  id!: string;

  @Field(() => String, { description: 'The name of the organization.' })
  name!: string;

  @Field(() => Role, {
    nullable: true,
    description: "The caller's role on the organization; null where it has one only on something below.",
  })
  role!: Role | null;

  @Field(() => [ViewerProject], {
    description: 'The projects on which, or on tasks of which, the caller has a role, in the order of their ids.',
  })
  projects!: ViewerProject[];
}
