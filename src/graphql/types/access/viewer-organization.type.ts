import { Field, ObjectType } from 'type-graphql';
import { Organization } from '../resources.type.js';
import { Role } from './role.enum.js';
import { ViewerProject } from './viewer-project.type.js';

@ObjectType({ simpleResolvers: true, description: 'An organization as the caller sees it.' })
export class ViewerOrganization {
  @Field(() => Organization, { description: 'The organization.' })
  organization!: Organization;

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
