import { Field, Int, ObjectType } from 'type-graphql';
import { RunAccess } from '../access/run-access.enum.js';
import { TaskRun } from '../task-run.type.js';
import { PageInfo } from './page-info.type.js';
import { TaskRunEdge } from './task-run-edge.type.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A page of the task runs that the caller may see, by the Relay connection specification.',
})
export class TaskRunConnection {
  @Field(() => [TaskRunEdge], { description: 'The runs of the page with their cursors.' })
  edges!: TaskRunEdge[];

  @Field(() => [TaskRun], {
    nullable: 'items',
    description: 'The runs of the page. Where a run cannot be shown there is null, with an error.',
  })
  nodes!: (TaskRun | null)[];

  @Field(() => PageInfo, { description: 'The position of the page in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'The number of runs in the whole list, counted only if selected.' })
  totalCount!: number;

  @Field(() => RunAccess, {
    description:
      'Which runs the list covers, of the tasks on which the caller has a role: ALL of them, or OWN where of at least one of these tasks only those that the caller executed itself.',
  })
  runAccess!: RunAccess;
}
