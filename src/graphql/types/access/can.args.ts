import { ArgsType, Field, ID } from 'type-graphql';
import { permissions } from '../../../access/permissions.js';

@ArgsType()
export class CanArgs {
  @Field(() => String, {
    description: `One of ${permissions.map((name) => `\`${name}\``).join(', ')}; any other value is an error that lists them.`,
  })
  permission!: string;

  @Field(() => ID, { description: 'The organization: 8-4-4-4-12 hexadecimal digits.' })
  orgId!: string;

  @Field(() => ID, { nullable: true, description: 'The project in that organization.' })
  projectId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The task in that project; `task_run:read` requires one.' })
  taskId?: string | null;
}
