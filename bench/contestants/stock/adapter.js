import { createEntitiesEntryPoint } from '../entities-entry-point.js';
import { createDialect, runKeys, taskKeys } from '../graphql-dialect.js';
import { createListDialect } from '../list-dialect.js';

// The documentation's DateTime scalar uses JavaScript's Date, which has only milliseconds.
const fractionDigits = 3;

/** @param {{ issuers: string, token: string }} parts a value for AUTH_ISSUERS; a bearer token */
export function createStock({ issuers, token }) {
  const headers = { authorization: `Bearer ${token}` };
  return {
    name: 'stock',
    title: 'Apollo Server 5, TypeGraphQL, DataLoader and TypeORM repositories; token verified, permission checked',
    /** Compiled from server.ts in this folder. */
    script: new URL('../../dist/stock/server.js', import.meta.url),
    environment: { AUTH_ISSUERS: issuers },
    fractionDigits,
    entryPoints: {
      taskRun: createDialect({ path: '/', headers, keys: runKeys }),
      taskRuns: createListDialect({ path: '/', headers, keys: taskKeys }),
    },
  };
}

export const stockSubgraph = {
  name: 'stock-subgraph',
  title: 'the same as a federated subgraph by ids; no permission check, no token',
  script: new URL('../../dist/stock/subgraph.js', import.meta.url),
  fractionDigits,
  entryPoints: { entities: createEntitiesEntryPoint({ path: '/' }) },
};
