import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar, UUIDScalar } from '../scalars/index.js';
import { Node } from './node.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A named group of task runs, by which a project reports usage and cost.',
})
@Directive('@key(fields: "id")')
export class ReportingGroup implements Node {
  @Field(() => ID, { description: 'The unique identifier of the reporting group.' })
  id!: string;

  @Field(() => String, { description: 'The name, unique within the project; 1 to 64 characters.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The purpose of the group, up to 500 characters; null if not given.',
  })
  description!: string | null;

  @Field(() => UUIDScalar, { description: 'The project the group belongs to.' })
  projectId!: string;

  @Field(() => DateTimeScalar, { description: 'When the group was created.' })
  created!: string;

  @Field(() => DateTimeScalar, { description: 'When the group was last changed.' })
  modified!: string;
}
