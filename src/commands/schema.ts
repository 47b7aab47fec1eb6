import type { Command } from 'commander';
import { createCommand, readNothing } from './arguments/options.js';

/** Standard output is the schema and nothing else. */
export function createSchemaCommand(): Command {
  return createCommand('schema', 'print the schema').action(async (_options, command) => {
    readNothing(command);
    const [{ toSubgraphSdl }, { createSchema }] = await Promise.all([
      import('../graphql/federation/subgraph-sdl.js'),
      import('../graphql/schema/schema.js'),
    ]);
    process.stdout.write(toSubgraphSdl(await createSchema()));
  });
}
