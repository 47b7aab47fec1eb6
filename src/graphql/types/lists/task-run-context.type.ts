import { Field, ObjectType } from 'type-graphql';
import { TaskRunContextTotals } from './task-run-context-totals.type.js';

@ObjectType({
  simpleResolvers: true,
  description:
    'A conversation: the runs of a project, of whichever of its tasks, that have the same `contextId` and that the caller may see.',
})
export class TaskRunContext {
  @Field(() => String, { description: 'The `contextId` of its runs.' })
  contextId!: string;

  @Field(() => TaskRunContextTotals, { description: 'What its runs took together.' })
  totals!: TaskRunContextTotals;
}
