import 'reflect-metadata';
import type { GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType } from 'graphql';
import { buildSchema, type PubSub } from 'type-graphql';
import { entityTypeOf } from '../federation/entity.union.js';
import { FederationResolver } from '../federation/federation.resolver.js';
import { ReportingGroupStubsResolver, TaskRunStubsResolver } from '../resolvers/entity-stubs.resolver.js';
import { ErrorCatalogResolver } from '../resolvers/error-catalog.resolver.js';
import { NodeResolver } from '../resolvers/node.resolver.js';
import { OrganizationResolver, ProjectResolver, TaskResolver } from '../resolvers/resources.resolver.js';
import { TaskRunResolver } from '../resolvers/task-run.resolver.js';
import { TaskRunChangedResolver } from '../resolvers/task-run-changed.resolver.js';
import { TaskRunChangesResolver } from '../resolvers/task-run-changes.resolver.js';
import { TaskRunCountResolver } from '../resolvers/task-run-count.resolver.js';
import { TaskRunFileResolver } from '../resolvers/task-run-file.resolver.js';
import { TaskRunListResolver } from '../resolvers/task-run-list.resolver.js';
import { TaskRunSeriesResolver } from '../resolvers/task-run-series.resolver.js';
import { TaskRunStatsResolver } from '../resolvers/task-run-stats.resolver.js';
import { TaskRunStatsGroupResolver } from '../resolvers/task-run-stats-group.resolver.js';
import { ViewerResolver } from '../resolvers/viewer.resolver.js';
import { ViewerProjectResolver } from '../resolvers/viewer-project.resolver.js';
import type { RunPageArgs, TaskRunsArgs } from '../types/lists/task-runs.args.js';
import type { TaskRunArgs } from '../types/task-run.args.js';
import { addCostDirectives } from './cost-directives.js';
import { listEnumValuesInErrors } from './enum-values.js';
import { hideUnknownLocation, knownDirectives } from './introspected-directives.js';
import { addPathArguments } from './json-fields.js';
import { tagPayloadDimensions } from './payload-dimensions.js';
import { addTextFields } from './text-fields.js';

interface SchemaOptions {
  /** Whether errors may list the values of an enum, which reveal parts of the schema. */
  readonly listsEnumValues?: boolean;
}

export async function createSchema({ listsEnumValues = true }: SchemaOptions = {}): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [
      TaskRunResolver,
      TaskRunListResolver,
      TaskRunCountResolver,
      TaskRunChangesResolver,
      TaskRunChangedResolver,
      TaskRunStatsResolver,
      TaskRunStatsGroupResolver,
      TaskRunSeriesResolver,
      TaskRunStubsResolver,
      ReportingGroupStubsResolver,
      OrganizationResolver,
      ProjectResolver,
      TaskResolver,
      NodeResolver,
      TaskRunFileResolver,
      ViewerResolver,
      ViewerProjectResolver,
      ErrorCatalogResolver,
      FederationResolver,
    ],
    // Arguments are checked where they are used, with errors of the catalogue. class-validator is not installed.
    validate: false,
    pubSub: noPubSub,
    directives: knownDirectives,
  });
  hideUnknownLocation(schema);
  addPathArguments(schema);
  if (listsEnumValues) listEnumValuesInErrors(schema);
  addTextFields(schema);
  addCostDirectives(schema);
  tagPayloadDimensions(schema);
  bypassTypeGraphql(schema);
  // TypeGraphQL assembles the root type from many resolvers, without a description.
  schema.getQueryType()!.description = 'All queries. Each requires a bearer token.';
  schema.getSubscriptionType()!.description = 'All subscriptions. Each requires a bearer token.';
  // TypeGraphQL makes every `resolveType` asynchronous, with a promise for each of hundreds of entities.
  (schema.getType('_Entity') as GraphQLUnionType).resolveType = entityTypeOf;
  (schema.getType('Node') as GraphQLInterfaceType).resolveType = entityTypeOf;
  return schema;
}

/** A stub that TypeGraphQL requires for subscriptions, which have streams of their own here. */
const noPubSub: PubSub = {
  publish() {},
  subscribe() {
    throw new Error('There are no topics.');
  },
};

/**
 * Calls resolver methods directly. TypeGraphQL's wrapper looks for middlewares and copies arguments deeply for each of
 * hundreds of runs, and overflows the stack on a deep representation of an entity. There are no middlewares here.
 */
function bypassTypeGraphql(schema: GraphQLSchema): void {
  const runs = new TaskRunResolver();
  const fields = (schema.getType('TaskRun') as GraphQLObjectType).getFields();
  fields.reportingGroup!.resolve = (run, _args, context) => runs.reportingGroup(run, context);
  fields.files!.resolve = (run, _args, context) => runs.files(run, context);
  const resources = {
    Organization: new OrganizationResolver(),
    Project: new ProjectResolver(),
    Task: new TaskResolver(),
  };
  for (const [type, resolver] of Object.entries(resources)) {
    const { name } = (schema.getType(type) as GraphQLObjectType).getFields();
    name!.resolve = (resource, _args, context) => resolver.name(resource, context);
  }
  const parents = { Project: resources.Project, Task: resources.Task };
  for (const [type, resolver] of Object.entries(parents)) {
    const { taskRuns, taskRunStats } = (schema.getType(type) as GraphQLObjectType).getFields();
    taskRuns!.resolve = (parent, args, context, info) => resolver.taskRuns(parent, args as RunPageArgs, context, info);
    taskRunStats!.resolve = (parent, args, context, info) => resolver.taskRunStats(parent, args, context, info);
  }
  const lists = new TaskRunListResolver();
  const queries = schema.getQueryType()!.getFields();
  queries.taskRun!.resolve = (_root, args, context, info) => runs.taskRun(args as TaskRunArgs, context, info);
  queries.taskRuns!.resolve = (_root, args, context, info) => lists.taskRuns(args as TaskRunsArgs, context, info);
  schema.getSubscriptionType()!.getFields().taskRunChanged!.resolve = (change) => change;
  const federation = new FederationResolver();
  queries._entities!.resolve = (_root, { representations }, context, info) =>
    federation.entities(representations, context, info);
}
