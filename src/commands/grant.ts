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
import type { GrantRequest } from './grants/grant-role.js';
import { createCommand, readOptions } from './options.js';

export function createGrantCommand(): Command {
  return addGrantOptions(createCommand('grant', 'grant a role in DATABASE_URL, or change the role that was granted'))
    .usage(`${subjectUsage} --role ROLE ${resourceUsage}`)
    .action(async (_options, command) => {
      const request = readGrantRequest(command);
      const config = databaseConfigFromEnvironment();
      const { grantRole } = await import('./grants/grant-role.js');
      for (const sentence of await grantRole(request, config)) process.stdout.write(`${sentence}\n`);
    });
}

/** @throws UsageError naming every option that is wrong */
export function readGrantRequest(command: Command): GrantRequest {
  return readOptions(command, ({ required, requiredOne }) => ({
    subject: requiredOne(subjectParsers),
    role: required('role', parseRole),
    resource: requiredOne(resourceParsers),
  }));
}
