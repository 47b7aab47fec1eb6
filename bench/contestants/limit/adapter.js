import { createEntitiesEntryPoint } from '../entities-entry-point.js';
import { createDialect, runKeys, taskKeys } from '../graphql-dialect.js';
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

/** @param {{ issuers: string, token: string }} parts a value for AUTH_ISSUERS; a bearer token */
export function createFairLimit({ issuers, token }) {
  const headers = { authorization: `Bearer ${token}` };
  return {
    name: 'fair-limit',
    title: 'the fair limit: the same, with the token verified and the permission decided in the statement, by hand',
    script: new URL('./checked-server.js', import.meta.url),
    environment: { AUTH_ISSUERS: issuers },
    entryPoints: {
      taskRun: createDialect({ headers, keys: runKeys }),
      rest: createRestDialect(headers),
      taskRuns: createListDialect({ headers, keys: taskKeys }),
    },
  };
}
