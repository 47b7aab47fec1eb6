import { createDialect } from '../graphql-dialect.js';
import { createListDialect } from '../list-dialect.js';

export const stock = {
  name: 'stock',
  title: 'Apollo Server 5, TypeGraphQL and TypeORM as their documentation shows; no permission check, no token',
  /** Compiled from server.ts beside this file. */
  script: new URL('../../dist/stock/server.js', import.meta.url),
  // A JavaScript Date, which the documentation's DateTime scalar is, ends at milliseconds.
  fractionDigits: 3,
  doors: {
    taskRun: createDialect({ path: '/', keys: { id: { argument: 'id', type: 'ID!' } } }),
    taskRuns: createListDialect({ path: '/', keys: { taskId: { argument: 'taskId', type: 'ID!' } } }),
  },
};
