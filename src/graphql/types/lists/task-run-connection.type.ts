import { Field, Int, ObjectType } from 'type-graphql';
import { RunAccess } from '../access.js';
import { TaskRun } from '../run.js';
import { ListScan } from './list-scan.type.js';
import { PageInfo } from './page-info.type.js';
import { TaskRunEdge } from './task-run-edge.type.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A page of task runs that the caller may see, as defined by the Relay connection specification.',
})
export class TaskRunConnection {
  @Field(() => [TaskRunEdge], { description: 'The runs of the page with their cursors.' })
  edges!: TaskRunEdge[];

  @Field(() => [TaskRun], {
    nullable: 'items',
    description: 'The runs of the page. An item is null, with an error, if its run cannot be shown.',
  })
  nodes!: (TaskRun | null)[];

  @Field(() => PageInfo, { description: 'The position of the page in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of runs in the whole list. They are counted only if this field is selected, and all runs of the list are read for it. Null with an error if that takes too long.',
  })
  totalCount?: Promise<number> | undefined;

  @Field(() => ListScan, { description: 'How far the runs of the page were searched for.' })
  scan!: ListScan;

  @Field(() => RunAccess, {
    description:
      'Which runs the list includes from the tasks on which the caller has a role. ALL: all runs of all these tasks. OWN: for at least one of these tasks, only the runs that the caller executed itself.',
  })
  runAccess!: RunAccess;
}
