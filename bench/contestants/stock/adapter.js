import { createEntitiesEntryPoint } from '../entities-entry-point.js';
import { createDialect } from '../graphql-dialect.js';
import { createListDialect } from '../list-dialect.js';

// The documentation's DateTime scalar uses JavaScript's Date, which has only milliseconds.
const fractionDigits = 3;

export const stock = {
  name: 'stock',
  title: 'Apollo Server 5, TypeGraphQL and TypeORM as their documentation shows; no permission check, no token',
  /** Compiled from server.ts in this folder. */
  script: new URL('../../dist/stock/server.js', import.meta.url),
  fractionDigits,
  entryPoints: {
    taskRun: createDialect({ path: '/', keys: { id: { argument: 'id', type: 'ID!' } } }),
    taskRuns: createListDialect({ path: '/', keys: { taskId: { argument: 'taskId', type: 'ID!' } } }),
  },
};

export const stockSubgraph = {
  name: 'stock-subgraph',
  title: 'the same as a federated subgraph, its reference resolver and relations through DataLoader',
  script: new URL('../../dist/stock/subgraph.js', import.meta.url),
  fractionDigits,
  entryPoints: { entities: createEntitiesEntryPoint({ path: '/' }) },
};
