import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import { TaskRunResolver } from './resolvers/task-run.resolver.js';
import { TaskRunFileResolver } from './resolvers/task-run-file.resolver.js';
import { ViewerResolver } from './resolvers/viewer.resolver.js';

export function createSchema(): Promise<GraphQLSchema> {
  return buildSchema({
    resolvers: [TaskRunResolver, TaskRunFileResolver, ViewerResolver],
    // Arguments are checked where they are used, with errors of the catalogue; class-validator is not installed.
    validate: false,
  });
}
