import { createDialect } from '../graphql-dialect.js';
import { createListDialect } from '../list-dialect.js';

export const mercurius = {
  name: 'mercurius',
  title: 'Fastify, Mercurius with graphql-jit, hand-written prepared SQL, DataLoader; no permission check, no token',
  script: new URL('./server.js', import.meta.url),
  entryPoints: {
    taskRun: createDialect({ keys: { id: { argument: 'id', type: 'ID!' } } }),
    taskRuns: createListDialect({ keys: { taskId: { argument: 'taskId', type: 'ID!' } } }),
  },
};
