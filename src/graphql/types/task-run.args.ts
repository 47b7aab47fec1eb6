import { ArgsType, Field, ID } from 'type-graphql';
import { TaskPathArgs } from './task-path.args.js';

/** The path of a run. */
@ArgsType()
export class TaskRunArgs extends TaskPathArgs {
  @Field(() => ID, { description: 'The run of that task.' })
  id!: string;
}
