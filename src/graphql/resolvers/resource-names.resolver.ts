// The names of what runs belong to, for whoever sees it: everyone else gets null, whether or not it exists.

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
  name ?? resources.nameOf({ type, id });

const options = (type: string, subtypes: string) =>
  ({
    nullable: true,
    description: `The name of the ${type}; null if the caller has no role on it${subtypes}, whether or not it exists.`,
  }) as const;

@Resolver(() => Organization)
export class OrganizationNameResolver {
  @FieldResolver(() => String, options('organization', ' or on one of its projects or tasks'))
  @Directive('@shareable')
  name(@Root() organization: Named, @Ctx() context: GatewayContext): Name {
    return nameOf(organization, 'organization', context);
  }
}

@Resolver(() => Project)
export class ProjectNameResolver {
  @FieldResolver(() => String, options('project', ' or on one of its tasks'))
  @Directive('@shareable')
  name(@Root() project: Named, @Ctx() context: GatewayContext): Name {
    return nameOf(project, 'project', context);
  }
}

@Resolver(() => Task)
export class TaskNameResolver {
  @FieldResolver(() => String, options('task', ''))
  @Directive('@shareable')
  name(@Root() task: Named, @Ctx() context: GatewayContext): Name {
    return nameOf(task, 'task', context);
  }
}
