// Resolves the names, parents and runs of organizations, projects and tasks. For callers without a role there, names and
// parents are null and runs are FORBIDDEN, whether or not the resource exists.

import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Directive, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { forbidden } from '../../errors/gateway-error.js';
import type { ScopePath } from '../../task-runs/columns/run-path.js';
import type { ResourceReference } from '../../task-runs/resources/names-statement.js';
import type { GatewayContext } from '../context.js';
import { groupName } from '../selection/selected-fields.js';
import { statisticsSelection } from '../selection/statistics-selection.js';
import { RunPageArgs, TaskRunConnection } from '../types/lists.js';
import { Organization, Project, Task } from '../types/resources.js';
import { RunFilterArgs } from '../types/run-filter.js';
import { TaskRunStats } from '../types/statistics.js';
import { RunConnection, runListSelection } from './run-connection.js';
import { StatisticsView } from './statistics-view.js';

/** A resource from a list of visible ones, which already has its name. */
interface Named {
  readonly id: string;
  readonly name?: string;
}

type Name = string | Promise<string | null>;

const nameOf = ({ id, name }: Named, type: ResourceReference['type'], { services }: GatewayContext): Name =>
  name ?? services.resources.find({ type, id }).then((resource) => resource?.name ?? null);

const options = (value: string, type: string, subtypes: string) =>
  ({
    nullable: true,
    description: `The ${value} of the ${type}; null if the caller has no role on the ${type}${subtypes}, whether or not it exists.`,
  }) as const;
const runsOptions = (value: string, type: string) =>
  ({
    nullable: true,
    description: `${value} that the caller may see in the ${type}, the same as those of the \`Query\` field with the full path. Null, with an error whose code is FORBIDDEN, if the caller has no role there, whether or not the ${type} exists. The fields of all objects in a list count as one list of the operation.`,
  }) as const;
const below = { organization: ' or on one of its projects or tasks', project: ' or on one of its tasks' };

@Resolver(() => Organization)
export class OrganizationResolver {
  @FieldResolver(() => String, options('name', 'organization', below.organization))
  @Directive('@shareable')
  name(@Root() organization: Named, @Ctx() context: GatewayContext): Name {
    return nameOf(organization, 'organization', context);
  }

  @FieldResolver(() => TaskRunConnection, runsOptions('The runs', 'organization'))
  taskRuns(
    @Root() { id }: Named,
    @Args(() => RunPageArgs) input: RunPageArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RunConnection> {
    return listRuns({ type: 'organization', id }, input, context, info);
  }

  @FieldResolver(() => TaskRunStats, runsOptions('Statistics of the runs', 'organization'))
  taskRunStats(
    @Root() { id }: Named,
    @Args(() => RunFilterArgs) { filter }: RunFilterArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StatisticsView> {
    return readStatistics({ type: 'organization', id }, filter, context, info);
  }
}

@Resolver(() => Project)
export class ProjectResolver {
  @FieldResolver(() => String, options('name', 'project', below.project))
  @Directive('@shareable')
  name(@Root() project: Named, @Ctx() context: GatewayContext): Name {
    return nameOf(project, 'project', context);
  }

  @FieldResolver(() => Organization, options('organization', 'project', below.project))
  @Directive('@shareable')
  async organization(@Root() { id }: Named, @Ctx() { services }: GatewayContext): Promise<Organization | null> {
    const project = await services.resources.find({ type: 'project', id });
    return project && { id: project.orgId! };
  }

  @FieldResolver(() => TaskRunConnection, runsOptions('The runs', 'project'))
  taskRuns(
    @Root() { id }: Named,
    @Args(() => RunPageArgs) input: RunPageArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RunConnection> {
    return listRuns({ type: 'project', id }, input, context, info);
  }

  @FieldResolver(() => TaskRunStats, runsOptions('Statistics of the runs', 'project'))
  taskRunStats(
    @Root() { id }: Named,
    @Args(() => RunFilterArgs) { filter }: RunFilterArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StatisticsView> {
    return readStatistics({ type: 'project', id }, filter, context, info);
  }
}

@Resolver(() => Task)
export class TaskResolver {
  @FieldResolver(() => String, options('name', 'task', ''))
  @Directive('@shareable')
  name(@Root() task: Named, @Ctx() context: GatewayContext): Name {
    return nameOf(task, 'task', context);
  }

  @FieldResolver(() => Project, options('project', 'task', ''))
  @Directive('@shareable')
  async project(@Root() { id }: Named, @Ctx() { services }: GatewayContext): Promise<Project | null> {
    const task = await services.resources.find({ type: 'task', id });
    return task && { id: task.projectId! };
  }

  @FieldResolver(() => TaskRunConnection, runsOptions('The runs', 'task'))
  taskRuns(
    @Root() { id }: Named,
    @Args(() => RunPageArgs) input: RunPageArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RunConnection> {
    return listRuns({ type: 'task', id }, input, context, info);
  }

  @FieldResolver(() => TaskRunStats, runsOptions('Statistics of the runs', 'task'))
  taskRunStats(
    @Root() { id }: Named,
    @Args(() => RunFilterArgs) { filter }: RunFilterArgs,
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StatisticsView> {
    return readStatistics({ type: 'task', id }, filter, context, info);
  }
}

async function listRuns(
  resource: ResourceReference,
  input: RunPageArgs,
  context: GatewayContext,
  info: GraphQLResolveInfo,
): Promise<RunConnection> {
  const read = context.services.lists.prepareList(input, runListSelection(info), groupName(info.path));
  const path = await findPath(resource, context);
  return new RunConnection(await read(path), { ...input, ...path });
}

async function readStatistics(
  resource: ResourceReference,
  filter: RunFilterArgs['filter'],
  context: GatewayContext,
  info: GraphQLResolveInfo,
): Promise<StatisticsView> {
  const selection = statisticsSelection(info.fieldNodes, info);
  const read = context.services.statistics.prepareStatistics(filter, selection, groupName(info.path));
  const path = await findPath(resource, context);
  return new StatisticsView(await read(path), path, null);
}

/** @throws GatewayError PERMISSION_CHECK_FAILED for a caller without a role, and for a missing resource */
async function findPath({ type, id }: ResourceReference, { services }: GatewayContext): Promise<ScopePath> {
  // The facts about its tasks decide whether the caller has a role there.
  if (type === 'organization') return { orgId: id, projectId: null, taskId: null };
  const found = await services.resources.find({ type, id });
  if (found === null) throw forbidden({ [`${type}Id`]: id });
  return type === 'task'
    ? { orgId: found.orgId!, projectId: found.projectId!, taskId: id }
    : { orgId: found.orgId!, projectId: id, taskId: null };
}
