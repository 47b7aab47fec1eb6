import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { toTaskCursor } from '../../task-runs/resources/task-cursor.js';
import type { GatewayContext } from '../context.js';
import { taskPageSelection } from '../selection/viewer-selection.js';
import { ViewerProject, ViewerTaskConnection, ViewerTasksArgs } from '../types/viewer.js';
import { toViewerTask } from './viewer-task.js';

/** The part of a viewer's project that is needed to find its tasks. */
interface VisibleProject {
  readonly project: { readonly id: string };
}

@Resolver(() => ViewerProject)
export class ViewerProjectResolver {
  @FieldResolver(() => ViewerTaskConnection, {
    description: 'The tasks of the project on which the caller has a role, ordered by id.',
  })
  async tasks(
    @Root() { project }: VisibleProject,
    @Args(() => ViewerTasksArgs) page: ViewerTasksArgs,
    @Ctx() { services }: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { tasks, hasNext, hasPrevious, count } = await services.resources.tasksOf(
      project.id,
      page,
      taskPageSelection(info),
    );
    const nodes = tasks.map(toViewerTask);
    const edges = nodes.map((node) => ({ cursor: toTaskCursor(node.task.id), node }));
    return {
      totalCount: count,
      edges,
      nodes,
      pageInfo: {
        hasNextPage: hasNext,
        hasPreviousPage: hasPrevious,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    };
  }
}
