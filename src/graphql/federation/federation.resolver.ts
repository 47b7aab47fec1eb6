import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Query, Resolver } from 'type-graphql';
import type { GatewayContext } from '../context.js';
import { type EntityResult, readEntities } from '../entities/entity-reader.js';
import { entityRunSelection } from '../selection/entity-selection.js';
import { AnyScalar } from './any.scalar.js';
import { Entity } from './entity.union.js';
import { toSubgraphSdl } from './sdl.js';
import { Service } from './service.type.js';

/** The fields of every subgraph: https://www.apollographql.com/docs/graphos/reference/federation/subgraph-spec */
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
