import type { Command } from 'commander';
import { databaseVariables, inspectLocalDatabaseConfig } from '../config/config.js';
import { addVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, readOptions } from './arguments/options.js';
import {
  addGrantOptions,
  parseRole,
  resourceParsers,
  resourceUsage,
  subjectParsers,
  subjectUsage,
} from './grants/grant-options.js';
import type { ListRequest } from './grants/list-grants.js';

export function createGrantsCommand(): Command {
  const command = addGrantOptions(
    createCommand(
      'grants',
      'list the grants in DATABASE_URL or the embedded database: all, or those that match the options',
    ),
  )
    .usage(`[${subjectUsage}] [--role ROLE] [${resourceUsage}] [--json]`)
    .option('--json', 'as a JSON array, its members named like the columns of access_grant');
  return addVariableOptions(command, [...databaseVariables, 'DATABASE_TIMEOUT_MS', 'DATA_DIR']).action(async () => {
    const [request, config] = readArguments(command, readListRequest, inspectLocalDatabaseConfig);
    const { listGrants } = await import('./grants/list-grants.js');
    await listGrants(request, config);
  });
}

/** @throws UsageError naming every option that is wrong */
export function readListRequest(command: Command): ListRequest {
  return readOptions(command, ({ optional, optionalOne }) => ({
    subject: optionalOne(subjectParsers),
    role: optional('role', parseRole),
    resource: optionalOne(resourceParsers),
    asJson: command.getOptionValue('json') === true,
  }));
}
