import { ArgsType, Field, ID } from 'type-graphql';
import { limits } from '../../limits.js';
import { Bounded } from './bounds.js';
import { TaskPathArgs } from './task-path.args.js';

@ArgsType()
export class TaskRunsByIdsArgs extends TaskPathArgs {
  @Field(() => [ID], { description: `The runs of that task, at most ${limits.ids.value}.` })
  @Bounded({ maxItems: limits.ids.value })
  ids!: string[];
}
