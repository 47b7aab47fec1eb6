import { Field, ObjectType } from 'type-graphql';
import { TaskRun } from '../task-run.type.js';

@ObjectType({
  simpleResolvers: true,
  description:
    'A version of a run: the run as it was inserted, or as it is after an update or after a change of its files.',
})
export class TaskRunChange {
  @Field(() => String, { description: 'The position of the change, for `after`: the same in every feed.' })
  cursor!: string;

  @Field(() => String, {
    description:
      'The cursor of the change before it: where it is not the last one that was received, some are missing.',
  })
  previousCursor!: string;

  @Field(() => TaskRun, { nullable: true, description: 'The run; null with an error where it cannot be shown.' })
  run!: TaskRun | null;
}
