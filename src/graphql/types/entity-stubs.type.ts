// Entities of other services, with only their keys, so that their subgraphs can add fields to them.

import { Directive, Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'A user. Fields other than `id` come from other subgraphs.' })
@Directive('@key(fields: "id", resolvable: false)')
export class User {
  @Field(() => ID, { description: 'The unique identifier of the user.' })
  id!: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A language model. Fields other than `id` come from other subgraphs.',
})
@Directive('@key(fields: "id", resolvable: false)')
export class LlmModel {
  @Field(() => ID, { description: 'The unique identifier of the model.' })
  id!: string;
}
