// The design as the documentation of TypeGraphQL, DataLoader, TypeORM and Apollo Server shows it: resolvers load by
// DataLoaders over repositories, behind the gateway's permission check, in the standalone server.

import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { GraphQLError } from 'graphql';
import {
  Arg,
  Args,
  ArgsType,
  buildSchema,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { type Caller, createAuthentication, createLoaders } from './context.js';
import { dataSource, type Maybe, ReportingGroup, TaskRun, TaskRunFile } from './model.js';
import { authorize } from './permission.js';

interface Context extends ReturnType<typeof createLoaders> {
  readonly caller: Caller;
}

@ArgsType()
class TaskArgs {
  @Field(() => ID) orgId: string;
  @Field(() => ID) projectId: string;
  @Field(() => ID) taskId: string;
}

@Resolver(() => TaskRun)
class TaskRunResolver {
  @Query(() => TaskRun, { nullable: true })
  async taskRun(
    @Args(() => TaskArgs) path: TaskArgs,
    @Arg('id', () => ID) id: string,
    @Ctx() { caller, runs }: Context,
  ): Promise<Maybe<TaskRun>> {
    const { userId } = await authorize(caller, path);
    const run = await runs.load(id);
    if (run?.taskId === path.taskId && (userId === undefined || run.userId === userId)) return run;
    throw new GraphQLError('Task run not found.', { extensions: { code: 'NOT_FOUND', status: 404 } });
  }

  @Query(() => [TaskRun])
  async taskRuns(
    @Args(() => TaskArgs) path: TaskArgs,
    @Arg('first', () => Int) first: number,
    @Ctx() { caller }: Context,
  ): Promise<TaskRun[]> {
    const visible = await authorize(caller, path);
    return dataSource.getRepository(TaskRun).find({
      where: { taskId: path.taskId, ...visible },
      order: { created: 'DESC', id: 'DESC' },
      take: first,
    });
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
const authenticate = createAuthentication(process.env.AUTH_ISSUERS!);
const schema = await buildSchema({ resolvers: [TaskRunResolver] });
const server = new ApolloServer<Context>({ schema });
await startStandaloneServer(server, {
  listen: { port: Number(process.env.PORT), host: '127.0.0.1' },
  context: async ({ req }) => ({ ...createLoaders(), caller: await authenticate(req.headers.authorization) }),
});
