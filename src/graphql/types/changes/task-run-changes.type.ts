import { Field, ObjectType } from 'type-graphql';
import { TaskRunChange } from './task-run-change.type.js';

@ObjectType({ simpleResolvers: true, description: 'Changes of runs in the order of their cursors.' })
export class TaskRunChanges {
  @Field(() => [TaskRunChange], { description: 'The changes; none where nothing has changed.' })
  changes!: TaskRunChange[];

  @Field(() => String, { description: 'For `after`: whatever changes later is behind it.' })
  endCursor!: string;

  @Field(() => Boolean, { description: 'Whether there may be more already, also behind a page without changes.' })
  hasMore!: boolean;
}
