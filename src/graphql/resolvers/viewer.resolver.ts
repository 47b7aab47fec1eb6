import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { timestampOfSeconds } from '../../task-runs/columns/timestamp.js';
import { toTaskCursor, type VisibleTask } from '../../task-runs/resources/resources.service.js';
import type { GatewayContext } from '../context.js';
import { countListed, taskPageSelection } from '../selection/viewer-selection.js';
import {
  CanArgs,
  FoundTasksArgs,
  RateLimit,
  Viewer,
  ViewerOrganization,
  ViewerProject,
  ViewerTask,
  ViewerTaskConnection,
  ViewerTasksArgs,
} from '../types/viewer.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { nullable: true, description: 'The caller, as identified by the bearer token.' })
  viewer(@Ctx() { caller }: GatewayContext): Viewer {
    const { subject, issuer, clientId, expiresAt } = caller;
    return { subject, issuer, clientId, expires: timestampOfSeconds(expiresAt) };
  }

  @Query(() => RateLimit, {
    nullable: true,
    description: "The caller's rate limit. Null if the caller has none.",
  })
  rateLimit(@Ctx() { budget }: GatewayContext): RateLimit | null {
    const { cost } = budget;
    const status = cost.account?.status;
    if (!status) return null;
    const { limit, remaining, resetSeconds } = status;
    const resetAt = timestampOfSeconds(budget.deadline.requestTime / 1000 + resetSeconds);
    return { cost: Math.ceil(cost.estimated), limit, remaining, resetAt };
  }

  @FieldResolver(() => [ViewerOrganization], {
    description:
      'The organizations on which the caller has a role, or a role on one of their projects or tasks, ordered by id. Organizations outside the confinement of the token are omitted.',
  })
  async organizations(@Ctx() { services, budget }: GatewayContext, @Info() info: GraphQLResolveInfo) {
    const organizations = await services.resources.organizations();
    countListed(organizations, info, budget.counts);
    return organizations.map(({ role, isAnalyst, projects, ...organization }) => ({
      organization,
      role,
      isAnalyst,
      projects: projects.map(({ role, isAnalyst, ...project }) => ({ project, role, isAnalyst })),
    }));
  }

  @FieldResolver(() => [ViewerTask], {
    description:
      'The tasks in all projects on which the caller has a role, found by words in their names, ordered by id.',
  })
  async tasks(
    @Args(() => FoundTasksArgs) { name, first }: FoundTasksArgs,
    @Ctx() { services }: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return (await services.resources.findTasks(name, first, taskPageSelection(info))).map(toViewerTask);
  }

  @FieldResolver(() => Boolean, {
    description:
      'Whether lists, counts and statistics accept `search`. An operator turns search on with `task-run-gateway migrate --search on`.',
  })
  canSearch(@Ctx() { services }: GatewayContext): Promise<boolean> {
    return services.lists.canSearch();
  }

  @FieldResolver(() => Boolean, {
    description:
      'Whether the caller has a permission. False if the ids do not form an existing path. `task_run:read_usage` and `task_run:read_payload` cover all runs of the task. `task_run:read` means `task_run:read_payload`.',
  })
  can(@Args(() => CanArgs) { permission, ...path }: CanArgs, @Ctx() { services }: GatewayContext): Promise<boolean> {
    return services.resources.can(permission, path);
  }
}

/** The part of a viewer's project needed to find its tasks. */
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

@Resolver(() => ViewerTask)
export class ViewerTaskResolver {
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'The days after which runs of the task are deleted, by the policy of the task, its project or its organization; null if they are kept.',
  })
  retentionDays(@Root() { task }: VisibleTaskNode, @Ctx() { services }: GatewayContext): Promise<number | null> {
    return services.resources.retentionDays(task.id);
  }
}

/** The part of a viewer's task needed to find its policy. */
interface VisibleTaskNode {
  readonly task: { readonly id: string };
}

/** Separates a task from those of its properties that depend on the caller. */
function toViewerTask({ role, isAnalyst, runVisibility, runAccess, ...task }: VisibleTask) {
  return { task, role, isAnalyst, runVisibility, runAccess };
}
