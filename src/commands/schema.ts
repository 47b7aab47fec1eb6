import type { Command } from 'commander';
import { inspectConfig } from '../config/config.js';
import { addVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, rejectUnexpectedArguments } from './arguments/options.js';

/** Prints only the schema to standard output. */
export function createSchemaCommand(): Command {
  const command = createCommand('schema', 'print the schema as clients see it').option(
    '--subgraph',
    'print the SDL of the subgraph, for the composition of federated graphs',
  );
  return addVariableOptions(command, ['MODEL_POINTER', 'SHARE_LINKS']).action(async () => {
    const [, config] = readArguments(command, rejectUnexpectedArguments, inspectConfig);
    const [{ toApiSdl, toSubgraphSdl }, { createConfiguredSchema }] = await Promise.all([
      import('../graphql/federation/sdl.js'),
      import('../graphql/schema/schema.js'),
    ]);
    const toSdl = command.getOptionValue('subgraph') === true ? toSubgraphSdl : toApiSdl;
    process.stdout.write(toSdl(await createConfiguredSchema(config)));
  });
}
