import { Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../lists.js';
import { ViewerTask } from './viewer-task.type.js';

@ObjectType({ simpleResolvers: true, description: 'A task in a list.' })
export class ViewerTaskEdge {
  @Field(() => String, { description: 'The position of the task in the list, for `after`.' })
  cursor!: string;

  @Field(() => ViewerTask, { description: 'The task.' })
  node!: ViewerTask;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A page of the tasks of a project on which the caller has a role, ordered by id, as defined by the Relay connection specification.',
})
export class ViewerTaskConnection {
  @Field(() => Int, {
    description: 'The number of tasks in the whole list. They are counted only if this field is selected.',
  })
  totalCount!: number;

  @Field(() => [ViewerTaskEdge], { description: 'The tasks of the page with their cursors.' })
  edges!: ViewerTaskEdge[];

  @Field(() => [ViewerTask], { description: 'The tasks of the page.' })
  nodes!: ViewerTask[];

  @Field(() => PageInfo, { description: 'The position of the page in the list.' })
  pageInfo!: PageInfo;
}
