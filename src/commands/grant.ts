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
import type { GrantRequest } from './grants/grant-role.js';

export function createGrantCommand(): Command {
  const command = addGrantOptions(
    createCommand('grant', 'grant a role in DATABASE_URL or the embedded database, or change a granted role'),
  ).usage(`${subjectUsage} --role ROLE ${resourceUsage}`);
  return addVariableOptions(command, [...databaseVariables, 'DATABASE_TIMEOUT_MS', 'DATA_DIR']).action(async () => {
    const [request, config] = readArguments(command, readGrantRequest, inspectLocalDatabaseConfig);
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
