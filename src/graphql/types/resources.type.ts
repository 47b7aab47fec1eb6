// What runs belong to. Other services own these, so their subgraphs can add fields, and may have a `name` of their own;
// what depends on the caller is on the types of `viewer`.

import { Directive, Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'An organization. Other subgraphs can add fields.' })
@Directive('@key(fields: "id")')
export class Organization {
  @Field(() => ID, { description: 'The unique identifier of the organization.' })
  id!: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A project of an organization. Other subgraphs can add fields.',
})
@Directive('@key(fields: "id")')
export class Project {
  @Field(() => ID, { description: 'The unique identifier of the project.' })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A task of a project. Other subgraphs can add fields.' })
@Directive('@key(fields: "id")')
export class Task {
  @Field(() => ID, { description: 'The unique identifier of the task.' })
  id!: string;
}
