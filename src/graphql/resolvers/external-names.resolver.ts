// Resolves the names that organizations give to users, task revisions and models. The subgraph's SDL contains none of
// them, because other subgraphs own these types.

import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { ExternalResource } from '../../task-runs/resources/external-names-statement.js';
import type { GatewayContext } from '../context.js';
import { LlmModel, TaskRevision, User } from '../types/resources.js';

/** The id in a run or group of runs, with the runs' organization. */
export type ExternalReference = Omit<ExternalResource, 'kind'>;

const options = (type: string) =>
  ({
    nullable: true,
    description: `The name that the organization of the run gives to the ${type}; null if it has none.`,
  }) as const;

@Resolver(() => User)
export class UserResolver {
  @FieldResolver(() => String, options('user'))
  name(@Root() { orgId, id }: ExternalReference, @Ctx() { services }: GatewayContext): Promise<string | null> {
    return services.resources.externalName({ orgId, kind: 'user', id });
  }
}

@Resolver(() => TaskRevision)
export class TaskRevisionResolver {
  @FieldResolver(() => String, options('task revision'))
  name(@Root() { orgId, id }: ExternalReference, @Ctx() { services }: GatewayContext): Promise<string | null> {
    return services.resources.externalName({ orgId, kind: 'task_revision', id });
  }
}

@Resolver(() => LlmModel)
export class LlmModelResolver {
  @FieldResolver(() => String, options('model'))
  name(@Root() { orgId, id }: ExternalReference, @Ctx() { services }: GatewayContext): Promise<string | null> {
    return services.resources.externalName({ orgId, kind: 'llm_model', id });
  }
}
