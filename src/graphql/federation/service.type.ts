import { Field, ObjectType } from 'type-graphql';

@ObjectType('_Service', { simpleResolvers: true, description: 'This gateway, as a subgraph of a federated graph.' })
export class Service {
  @Field(() => String, { description: 'The schema, with the directives that composition needs.' })
  sdl!: string;
}
