// The names of what runs belong to, for whoever sees it: everyone else gets null, whether or not it exists.

import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import type { GatewayContext } from '../context.js';
import { Organization, Project, Task } from '../types/resources.type.js';

type Named = { readonly id: string };

const options = (type: string, below: string) =>
  ({
    nullable: true,
    description: `The name of the ${type}; null for who has no role on it${below}, whether or not it exists.`,
  }) as const;

@Resolver(() => Organization)
export class OrganizationNameResolver {
  @FieldResolver(() => String, options('organization', ' or on something below it'))
  @Directive('@shareable')
  name(@Root() { id }: Named, @Ctx() { resources }: GatewayContext): Promise<string | null> {
    return resources.nameOf({ type: 'organization', id });
  }
}

@Resolver(() => Project)
export class ProjectNameResolver {
  @FieldResolver(() => String, options('project', ' or on a task of it'))
  @Directive('@shareable')
  name(@Root() { id }: Named, @Ctx() { resources }: GatewayContext): Promise<string | null> {
    return resources.nameOf({ type: 'project', id });
  }
}

@Resolver(() => Task)
export class TaskNameResolver {
  @FieldResolver(() => String, options('task', ''))
  @Directive('@shareable')
  name(@Root() { id }: Named, @Ctx() { resources }: GatewayContext): Promise<string | null> {
    return resources.nameOf({ type: 'task', id });
  }
}
