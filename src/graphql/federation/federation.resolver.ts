import { type GraphQLResolveInfo, GraphQLScalarType } from 'graphql';
import { Arg, Ctx, createUnionType, Field, Info, ObjectType, Query, Resolver } from 'type-graphql';
import type { GatewayContext } from '../context.js';
import { type EntityResult, type Entity as FoundEntity, readEntities } from '../entities/entity-reader.js';
import type { EntityType } from '../entities/representation.js';
import { entityRunSelection } from '../selection/run-selection.js';
import { Organization, Project, ReportingGroup, Task } from '../types/resources.js';
import { TaskRun } from '../types/run.js';
import { toSubgraphSdl } from './sdl.js';

/** An entity representation. It is not validated here, so that a malformed one does not reject the others. */
const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'The representation of an entity: its `__typename` and the fields of one of its keys.',
});

@ObjectType('_Service', { simpleResolvers: true, description: 'This gateway, as a subgraph of a federated graph.' })
class Service {
  @Field(() => String, { description: 'The schema, with the directives that composition needs.' })
  sdl!: string;
}

/** The types that this subgraph resolves for other subgraphs. */
const Entity = createUnionType({
  name: '_Entity',
  description: 'The types that federated gateways may resolve by a key.',
  types: () => [TaskRun, ReportingGroup, Organization, Project, Task] as const,
});

/** The union's `resolveType`. */
export function entityTypeOf(entity: FoundEntity): EntityType {
  if ('typeName' in entity) return entity.typeName;
  return 'taskId' in entity ? 'TaskRun' : 'ReportingGroup';
}

/**
 * The fields required in every subgraph: https://www.apollographql.com/docs/graphos/reference/federation/subgraph-spec
 */
@Resolver()
export class FederationResolver {
  @Query(() => [Entity], {
    name: '_entities',
    nullable: 'items',
    description:
      'For federated gateways: the entities in the order of their representations. An item is null, with an error at its own path, if its representation is malformed or its entity is forbidden or not found.',
  })
  entities(
    @Arg('representations', () => [AnyScalar], {
      description: 'The representations of the requested entities, at most 300 by default.',
    })
    representations: readonly unknown[],
    @Ctx() context: GatewayContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EntityResult[]> {
    return readEntities(context, representations, entityRunSelection(info));
  }

  @Query(() => Service, { name: '_service', description: 'For federated gateways: this subgraph.' })
  service(@Info() info: GraphQLResolveInfo): Service {
    return { sdl: toSubgraphSdl(info.schema) };
  }
}
