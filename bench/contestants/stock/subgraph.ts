// The same stack as a subgraph, as the documentation of TypeGraphQL and Apollo Federation shows it: a reference resolver
// and the relations' resolvers, each behind a DataLoader.

import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, printSchema } from 'graphql';
import { buildSchema, Ctx, createResolversMap, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { createLoaders } from './context.js';
import { dataSource, type Maybe, ReportingGroup, TaskRun, TaskRunFile } from './model.js';

type Context = ReturnType<typeof createLoaders>;

@Resolver(() => TaskRun)
class TaskRunResolver {
  /** A schema needs one query; it is never sent. */
  @Query(() => TaskRun, { nullable: true })
  taskRun(): null {
    return null;
  }

  @FieldResolver(() => ReportingGroup, { nullable: true })
  async reportingGroup(@Root() run: TaskRun, @Ctx() { groups }: Context): Promise<Maybe<ReportingGroup>> {
    return run.reportingGroupId === null ? null : groups.load(run.reportingGroupId);
  }

  @FieldResolver(() => [TaskRunFile], { nullable: true })
  files(@Root() run: TaskRun, @Ctx() { files }: Context): Promise<TaskRunFile[]> {
    return files.load(run.id);
  }
}

await dataSource.initialize();
const schema = await buildSchema({ resolvers: [TaskRunResolver], skipCheck: true });
const resolvers = createResolversMap(schema) as Record<string, Record<string, unknown>>;
resolvers.TaskRun = {
  ...resolvers.TaskRun,
  __resolveReference: ({ id }: { id: string }, { runs }: Context) => runs.load(id),
};
// `printSubgraphSchema` loses the fields of a class that has a @Directive of TypeGraphQL.
const typeDefs = parse(printSchema(schema).replace('type TaskRun {', 'type TaskRun @key(fields: "id") {'));
const server = new ApolloServer<Context>({ schema: buildSubgraphSchema({ typeDefs, resolvers: resolvers as never }) });
await startStandaloneServer(server, {
  listen: { port: Number(process.env.PORT), host: '127.0.0.1' },
  context: async () => createLoaders(),
});
