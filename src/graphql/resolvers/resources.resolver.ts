// The names and the parents of organizations, projects and tasks: null for who has no role there, whether or not they exist.

import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import type { ResourceReference } from '../../task-runs/resources/names-statement.js';
import type { GatewayContext } from '../context.js';
import { Organization, Project, Task } from '../types/resources.type.js';

/** Lists of what the caller sees have the name already. */
interface Named {
  readonly id: string;
  readonly name?: string;
}

type Name = string | Promise<string | null>;

const nameOf = ({ id, name }: Named, type: ResourceReference['type'], { resources }: GatewayContext): Name =>
  name ?? resources.find({ type, id }).then((resource) => resource?.name ?? null);

const options = (value: string, type: string, subtypes: string) =>
  ({
    nullable: true,
    description: `The ${value} of the ${type}; null if the caller has no role on the ${type}${subtypes}, whether or not it exists.`,
  }) as const;
const below = { organization: ' or on one of its projects or tasks', project: ' or on one of its tasks' };

@Resolver(() => Organization)
export class OrganizationResolver {
  @FieldResolver(() => String, options('name', 'organization', below.organization))
  @Directive('@shareable')
  name(@Root() organization: Named, @Ctx() context: GatewayContext): Name {
    return nameOf(organization, 'organization', context);
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
  async organization(@Root() { id }: Named, @Ctx() { resources }: GatewayContext): Promise<Organization | null> {
    const project = await resources.find({ type: 'project', id });
    return project && { id: project.orgId! };
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
  async project(@Root() { id }: Named, @Ctx() { resources }: GatewayContext): Promise<Project | null> {
    const task = await resources.find({ type: 'task', id });
    return task && { id: task.projectId! };
  }
}
