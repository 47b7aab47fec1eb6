import { Field, ObjectType } from 'type-graphql';
import { Role } from '../access.js';
import { Organization } from '../resources.js';
import { ViewerProject } from './viewer-project.type.js';

@ObjectType({ simpleResolvers: true, description: "An organization, with the caller's role." })
export class ViewerOrganization {
  @Field(() => Organization, { description: 'The organization.' })
  organization!: Organization;

  @Field(() => Role, {
    nullable: true,
    description: "The caller's role on the organization; null if the caller only has roles on its projects or tasks.",
  })
  role!: Role | null;

  @Field(() => [ViewerProject], {
    description: 'The projects on which the caller has a role, or a role on one of their tasks, ordered by id.',
  })
  projects!: ViewerProject[];
}
