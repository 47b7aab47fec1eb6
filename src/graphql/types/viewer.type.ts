import { Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'The caller: the subject of the bearer token.' })
export class Viewer {
  @Field(() => String, { description: 'The `sub` claim of the token: an identity of a person or a client.' })
  subject!: string;
}
