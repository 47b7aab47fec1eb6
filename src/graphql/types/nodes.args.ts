import { ArgsType, Field, ID } from 'type-graphql';
import { limits } from '../../limits.js';
import { Bounded } from './bounds.js';

@ArgsType()
export class NodesArgs {
  @Field(() => [ID], { description: `The ids of the requested objects, at most ${limits.ids.value}.` })
  @Bounded({ maxItems: limits.ids.value })
  ids!: string[];
}
