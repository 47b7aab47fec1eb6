import { createEntitiesEntryPoint } from '../entities-entry-point.js';
import { createDialect } from '../graphql-dialect.js';
import { createListDialect } from '../list-dialect.js';
import { createRestDialect } from '../rest-dialect.js';

export const limit = {
  name: 'limit',
  title: 'the limit: node:http, one prepared statement that builds the JSON, no GraphQL, no token',
  script: new URL('./server.js', import.meta.url),
  entryPoints: {
    taskRun: createDialect({ keys: { id: { argument: 'id', type: 'ID!' } } }),
    entities: createEntitiesEntryPoint(),
    rest: createRestDialect(),
    taskRuns: createListDialect({ keys: { taskId: { argument: 'taskId', type: 'ID!' } } }),
  },
};
