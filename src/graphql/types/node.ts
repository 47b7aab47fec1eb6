import { ArgsType, Field, ID, InterfaceType } from 'type-graphql';
import { limits } from '../../limits.js';
import { Bounded } from './bounds.js';

@InterfaceType({
  description: 'An object that `Query.node` finds by its id, which is unique among the objects of all types.',
})
export abstract class Node {
  @Field(() => ID, { description: 'The unique identifier of the object.' })
  id!: string;
}

@ArgsType()
export class NodesArgs {
  @Field(() => [ID], { description: `The ids of the requested objects, at most ${limits.ids.value}.` })
  @Bounded({ maxItems: limits.ids.value })
  ids!: string[];
}
