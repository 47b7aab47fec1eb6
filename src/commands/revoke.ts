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
import type { RevokeRequest } from './grants/revoke-role.js';
import { createCommand, readOptions } from './options.js';

export function createRevokeCommand(): Command {
  return addGrantOptions(createCommand('revoke', 'revoke a role in DATABASE_URL'))
    .usage(`${subjectUsage} [--role ROLE] ${resourceUsage}`)
    .action(async (_options, command) => {
      const request = readRevokeRequest(command);
      const config = databaseConfigFromEnvironment();
      const { revokeRole } = await import('./grants/revoke-role.js');
      for (const sentence of await revokeRole(request, config)) process.stdout.write(`${sentence}\n`);
    });
}

/** @throws UsageError naming every option that is wrong */
export function readRevokeRequest(command: Command): RevokeRequest {
  return readOptions(command, ({ optional, requiredOne }) => ({
    subject: requiredOne(subjectParsers),
    role: optional('role', parseRole),
    resource: requiredOne(resourceParsers),
  }));
}
