import 'reflect-metadata';
import type { GraphQLInterfaceType, GraphQLSchema, GraphQLUnionType } from 'graphql';
import { buildSchema, type PubSub } from 'type-graphql';
import { addCostDirectives } from '../../admission/cost-directives.js';
import type { Config } from '../../config/config.js';
import type { ModelPointer } from '../../task-runs/columns/json-pointer.js';
import { entityTypeOf, FederationResolver } from '../federation/federation.resolver.js';
import { ReportingGroupStubsResolver, TaskRunStubsResolver } from '../resolvers/entity-stubs.resolver.js';
import { ErrorCatalogResolver } from '../resolvers/error-catalog.resolver.js';
import { LlmModelResolver, TaskRevisionResolver, UserResolver } from '../resolvers/external-names.resolver.js';
import { NodeResolver } from '../resolvers/node.resolver.js';
import { OrganizationResolver, ProjectResolver, TaskResolver } from '../resolvers/resources.resolver.js';
import { TaskRunResolver } from '../resolvers/task-run.resolver.js';
import { TaskRunChangedResolver, TaskRunChangesResolver } from '../resolvers/task-run-changes.resolver.js';
import { TaskRunFileResolver } from '../resolvers/task-run-file.resolver.js';
import { TaskRunJsonResolver } from '../resolvers/task-run-json.resolver.js';
import { TaskRunCountResolver, TaskRunListResolver } from '../resolvers/task-run-list.resolver.js';
import { TaskRunShareResolver } from '../resolvers/task-run-share.resolver.js';
import {
  TaskRunSeriesResolver,
  TaskRunStatsGroupResolver,
  TaskRunStatsResolver,
} from '../resolvers/task-run-stats.resolver.js';
import { ViewerProjectResolver, ViewerResolver, ViewerTaskResolver } from '../resolvers/viewer.resolver.js';
import { setModelPointer } from '../selection/model-pointer.js';
import { callResolversDirectly } from './direct-calls.js';
import { listEnumValuesInErrors, tagPayloadDimensions } from './enum-values.js';
import { hideUnknownLocation, knownDirectives } from './introspected-directives.js';
import { describeSharing, withoutParts } from './optional-parts.js';

interface SchemaOptions {
  /** Whether errors may list the values of an enum, which reveals parts of the schema. */
  readonly listsEnumValues?: boolean;
  /** Location of the model in a run's JSON, or null for a schema without models. */
  readonly modelPointer?: ModelPointer | null;
  /** Whether callers may make links to runs. */
  readonly sharesRuns?: boolean;
}

/** Creates the schema of a gateway with this configuration. */
export function createConfiguredSchema({
  modelPointer,
  sharing,
}: Pick<Config, 'modelPointer' | 'sharing'>): Promise<GraphQLSchema> {
  return createSchema({ modelPointer: modelPointer ?? null, sharesRuns: sharing !== undefined });
}

export async function createSchema({
  listsEnumValues = true,
  modelPointer = null,
  sharesRuns = false,
}: SchemaOptions = {}): Promise<GraphQLSchema> {
  const whole = await buildSchema({
    resolvers: [
      TaskRunResolver,
      TaskRunJsonResolver,
      TaskRunListResolver,
      TaskRunCountResolver,
      TaskRunChangesResolver,
      TaskRunChangedResolver,
      TaskRunStatsResolver,
      TaskRunStatsGroupResolver,
      TaskRunSeriesResolver,
      TaskRunShareResolver,
      TaskRunStubsResolver,
      ReportingGroupStubsResolver,
      OrganizationResolver,
      ProjectResolver,
      TaskResolver,
      UserResolver,
      TaskRevisionResolver,
      LlmModelResolver,
      NodeResolver,
      TaskRunFileResolver,
      ViewerResolver,
      ViewerProjectResolver,
      ViewerTaskResolver,
      ErrorCatalogResolver,
      FederationResolver,
    ],
    // Arguments are validated where they are used, with errors from the catalogue. class-validator is not installed.
    validate: false,
    pubSub: noPubSub,
    directives: knownDirectives,
  });
  callResolversDirectly(whole);
  const schema = withoutParts(whole, [
    ...(modelPointer === null ? (['models'] as const) : []),
    ...(sharesRuns ? [] : (['sharing'] as const)),
  ]);
  if (sharesRuns) describeSharing(schema);
  if (modelPointer !== null) setModelPointer(schema, modelPointer);
  hideUnknownLocation(schema);
  if (listsEnumValues) listEnumValuesInErrors(schema);
  addCostDirectives(schema);
  tagPayloadDimensions(schema);
  // TypeGraphQL assembles the root type from many resolvers and provides no way to describe it.
  schema.getQueryType()!.description = 'All queries. Each requires a bearer token.';
  schema.getSubscriptionType()!.description = 'All subscriptions. Each requires a bearer token.';
  // TypeGraphQL makes every `resolveType` asynchronous, creating a promise for each of hundreds of entities.
  (schema.getType('_Entity') as GraphQLUnionType).resolveType = entityTypeOf;
  (schema.getType('Node') as GraphQLInterfaceType).resolveType = entityTypeOf;
  return schema;
}

/** A stub that TypeGraphQL requires for subscriptions, although they use separate streams here. */
const noPubSub: PubSub = {
  publish() {},
  subscribe() {
    throw new Error('There are no topics.');
  },
};
