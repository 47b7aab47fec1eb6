import { Field, ObjectType } from 'type-graphql';
import { TaskRun } from '../run.js';
import { TaskRunDeletion } from './task-run-deletion.type.js';

@ObjectType({
  simpleResolvers: true,
  description:
    'One version of a run: as it was inserted, or as it was after an update or a change of its files. Or its deletion.',
})
export class TaskRunChange {
  @Field(() => String, { description: 'The position of the change, for `after`. It is the same in every feed.' })
  cursor!: string;

  @Field(() => String, {
    description:
      'The cursor of the preceding change. If it differs from the last cursor that was received, changes are missing.',
  })
  previousCursor!: string;

  @Field(() => TaskRun, {
    nullable: true,
    description:
      'The run; null with an error if it cannot be shown, null without one if it was deleted, and in a heartbeat.',
  })
  run!: TaskRun | null;

  @Field(() => TaskRunDeletion, {
    nullable: true,
    description: 'The deletion of a run; null if the change is none, and in a heartbeat.',
  })
  deleted!: TaskRunDeletion | null;
}
