import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar, UUIDScalar } from '../scalars/index.js';
import { Node } from './node.js';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A named group of task runs, for reports on usage and cost.',
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

// The organizations, projects and tasks of runs. Other services own these, so their subgraphs can add fields and may
// define their own `name`. Properties that depend on the caller are on the `viewer` types.

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

// Entities of other services, with only their keys, so that their subgraphs can add fields to them. For clients that
// use only this gateway, `external-names.resolver.ts` adds the names.

@ObjectType({ simpleResolvers: true, description: 'A user. Other subgraphs can add fields.' })
@Directive('@key(fields: "id", resolvable: false)')
export class User {
  @Field(() => ID, { description: 'The unique identifier of the user.' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A language model. Other subgraphs can add fields.' })
@Directive('@key(fields: "id", resolvable: false)')
export class LlmModel {
  @Field(() => ID, { description: 'The unique identifier of the model.' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A revision of a task.' })
export class TaskRevision {
  @Field(() => ID, { description: 'The unique identifier of the task revision.' })
  id!: string;
}
