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
import type { RevokeRequest } from './grants/revoke-role.js';

export function createRevokeCommand(): Command {
  const command = addGrantOptions(
    createCommand('revoke', 'revoke a role in DATABASE_URL or the embedded database'),
  ).usage(`${subjectUsage} [--role ROLE] ${resourceUsage}`);
  return addVariableOptions(command, [...databaseVariables, 'DATABASE_TIMEOUT_MS', 'DATA_DIR']).action(async () => {
    const [request, config] = readArguments(command, readRevokeRequest, inspectLocalDatabaseConfig);
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
