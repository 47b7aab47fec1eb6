import type { Command } from 'commander';
import { databaseConfigFromEnvironment } from '../config.js';
import {
  addGrantOptions,
  parseRole,
  resourceParsers,
  resourceUsage,
  subjectParsers,
  subjectUsage,
} from './grants/grant-options.js';
import type { ListRequest } from './grants/list-grants.js';
import { createCommand, readOptions } from './options.js';

export function createGrantsCommand(): Command {
  return addGrantOptions(createCommand('grants', 'list the grants in DATABASE_URL, all of them or those that fit'))
    .usage(`[${subjectUsage}] [--role ROLE] [${resourceUsage}] [--json]`)
    .option('--json', 'as a JSON array, its members named like the columns of access_grant')
    .action(async (_options, command) => {
      const request = readListRequest(command);
      const config = databaseConfigFromEnvironment();
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
