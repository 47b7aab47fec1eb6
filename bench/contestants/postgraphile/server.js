// PostGraphile 5, set up for production as its documentation describes.

import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      poolConfig: { max: Number(process.env.POOL_SIZE ?? 4), idleTimeoutMillis: 0 },
    }),
  ],
  grafserv: { graphqlPath: '/graphql', watch: false, graphiql: false },
  schema: { defaultBehavior: 'list -connection +query:resource:connection' },
  // Without this, lists can be ordered only by the first column of an index, and no index begins with the creation
  // time.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  grafast: { explain: false },
};

const server = createServer();
const serve = postgraphile(preset).createServ(grafserv);
await serve.addTo(server);
server.listen(Number(process.env.PORT), '127.0.0.1');
