// Organizations, projects and tasks of runs. Other services own these, so their subgraphs can add fields, and may have
// a `name` of their own. Properties that depend on the caller are on the types of `viewer`.

import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Node } from './node.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'An organization. Other subgraphs can add fields.',
})
@Directive('@key(fields: "id")')
export class Organization implements Node {
  @Field(() => ID, { description: 'The unique identifier of the organization.' })
  id!: string;
}

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A project of an organization. Other subgraphs can add fields.',
})
@Directive('@key(fields: "id")')
export class Project implements Node {
  @Field(() => ID, { description: 'The unique identifier of the project.' })
  id!: string;
}

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A task of a project. Other subgraphs can add fields.',
})
@Directive('@key(fields: "id")')
export class Task implements Node {
  @Field(() => ID, { description: 'The unique identifier of the task.' })
  id!: string;
}
