import { Field, ObjectType } from 'type-graphql';
import { TaskRunChange } from './task-run-change.type.js';

@ObjectType({ simpleResolvers: true, description: 'A page of changes, in the order of their cursors.' })
export class TaskRunChanges {
  @Field(() => [TaskRunChange], { description: 'The changes. Empty if nothing has changed.' })
  changes!: TaskRunChange[];

  @Field(() => String, { description: 'The cursor to pass as `after` next. All later changes come after it.' })
  endCursor!: string;

  @Field(() => Boolean, {
    description: 'Whether more changes may exist already. This can be true for a page without changes.',
  })
  hasMore!: boolean;
}
