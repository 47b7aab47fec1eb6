// The stack as the documentation of TypeGraphQL, TypeORM and Apollo Server shows it: resolvers call repositories, in
// the standalone server.

import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { Arg, buildSchema, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { Repository } from 'typeorm';
import { dataSource, type Maybe, ReportingGroup, TaskRun, TaskRunFile } from './model.js';

@Resolver(() => TaskRun)
class TaskRunResolver {
  private readonly runRepository: Repository<TaskRun> = dataSource.getRepository(TaskRun);
  private readonly groupRepository: Repository<ReportingGroup> = dataSource.getRepository(ReportingGroup);
  private readonly fileRepository: Repository<TaskRunFile> = dataSource.getRepository(TaskRunFile);

  @Query(() => TaskRun, { nullable: true })
  taskRun(@Arg('id', () => ID) id: string): Promise<Maybe<TaskRun>> {
    return this.runRepository.findOneBy({ id });
  }

  @Query(() => [TaskRun])
  taskRuns(@Arg('taskId', () => ID) taskId: string, @Arg('first', () => Int) first: number): Promise<TaskRun[]> {
    return this.runRepository.find({ where: { taskId }, order: { created: 'DESC', id: 'DESC' }, take: first });
  }

  @FieldResolver(() => ReportingGroup, { nullable: true })
  async reportingGroup(@Root() run: TaskRun): Promise<Maybe<ReportingGroup>> {
    return run.reportingGroupId === null ? null : this.groupRepository.findOneBy({ id: run.reportingGroupId });
  }

  @FieldResolver(() => [TaskRunFile], { nullable: true })
  files(@Root() run: TaskRun): Promise<TaskRunFile[]> {
    return this.fileRepository.find({ where: { taskRunId: run.id }, order: { position: 'ASC' } });
  }
}

await dataSource.initialize();
const schema = await buildSchema({ resolvers: [TaskRunResolver] });
const server = new ApolloServer({ schema });
await startStandaloneServer(server, { listen: { port: Number(process.env.PORT), host: '127.0.0.1' } });
