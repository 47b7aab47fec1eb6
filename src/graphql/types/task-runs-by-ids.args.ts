import { ArgsType, Field, ID } from 'type-graphql';
import { TaskPathArgs } from './task-path.args.js';

@ArgsType()
export class TaskRunsByIdsArgs extends TaskPathArgs {
  @Field(() => [ID], { description: 'The runs of that task, at most 100.' })
  ids!: string[];
}
