// Prints schema.graphql. Standard output is the schema and nothing else.

import { toSubgraphSdl } from '../graphql/federation/subgraph-sdl.js';
import { createSchema } from '../graphql/schema/schema.js';

process.stdout.write(toSubgraphSdl(await createSchema()));
