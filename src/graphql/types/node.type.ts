import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType({
  description: 'An object that `Query.node` finds by its id, which is unique among the objects of all types.',
})
export abstract class Node {
  @Field(() => ID, { description: 'The unique identifier of the object.' })
  id!: string;
}
