import { Field, ObjectType } from 'type-graphql';
import { TaskRunContextTotals } from './task-run-context-totals.type.js';

@ObjectType({
  simpleResolvers: true,
  description:
    'A conversation: the runs in a project that have the same `contextId` and that the caller may see. They may belong to different tasks.',
})
export class TaskRunContext {
  @Field(() => String, { description: 'The `contextId` that its runs have in common.' })
  contextId!: string;

  @Field(() => TaskRunContextTotals, { description: 'Totals of all runs of the context.' })
  totals!: TaskRunContextTotals;
}
