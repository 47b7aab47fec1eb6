import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { SeenResource } from '../../task-runs/resources/resources.service.js';
import { toTaskCursor } from '../../task-runs/resources/task-cursor.js';
import type { GatewayContext } from '../context.js';
import { taskPageSelection } from '../selection/viewer-selection.js';
import { ViewerProject } from '../types/access/viewer-project.type.js';
import { ViewerTaskConnection } from '../types/access/viewer-task-connection.type.js';
import { ViewerTasksArgs } from '../types/access/viewer-tasks.args.js';

@Resolver(() => ViewerProject)
export class ViewerProjectResolver {
  @FieldResolver(() => ViewerTaskConnection, {
    description: 'The tasks of the project on which the caller has a role, in the order of their ids.',
  })
  async tasks(
    @Root() project: SeenResource,
    @Args(() => ViewerTasksArgs) page: ViewerTasksArgs,
    @Ctx() { resources }: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { tasks, hasNext, hasPrevious, count } = await resources.tasksOf(project.id, page, taskPageSelection(info));
    const cursorAt = (index: number) => {
      const task = tasks.at(index);
      return task === undefined ? null : toTaskCursor(task.id);
    };
    return {
      totalCount: count,
      nodes: tasks,
      pageInfo: {
        hasNextPage: hasNext,
        hasPreviousPage: hasPrevious,
        startCursor: cursorAt(0),
        endCursor: cursorAt(-1),
      },
    };
  }
}
