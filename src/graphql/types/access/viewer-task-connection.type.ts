import { Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../lists/page-info.type.js';
import { ViewerTask } from './viewer-task.type.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A page of the tasks of a project on which the caller has a role, in the order of their ids.',
})
export class ViewerTaskConnection {
  @Field(() => Int, { description: 'The number of tasks in the whole list, counted only if selected.' })
  totalCount!: number;

  @Field(() => [ViewerTask], { description: 'The tasks of the page.' })
  nodes!: ViewerTask[];

  @Field(() => PageInfo, { description: 'The position of the page in the list.' })
  pageInfo!: PageInfo;
}
