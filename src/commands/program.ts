// The command line: every command, each of which is in a file of its own.

import { Command } from 'commander';
import { createDoctorCommand } from './doctor.js';
import { createEpochCommand } from './epoch.js';
import { createExportCommand } from './export.js';
import { createGrantCommand } from './grant.js';
import { createGrantsCommand } from './grants.js';
import { createImportCommand } from './import.js';
import { createMigrateCommand } from './migrate.js';
import { createRevokeCommand } from './revoke.js';
import { createSchemaCommand } from './schema.js';
import { createSeedCommand } from './seed.js';
import { createStartCommand } from './start.js';
import { createTokenCommand } from './token.js';

const version = '0.1.0';

/** Runs one command, `start` unless `args` name one. Rejects with a CommanderError after `--help`, too. */
export async function runProgram(args: readonly string[]): Promise<void> {
  await createProgram().parseAsync(args.length === 0 ? ['start'] : args, { from: 'user' });
}

function createProgram(): Command {
  const program = new Command('task-run-gateway')
    .description(
      'A GraphQL gateway for task runs. Without a command it starts; its configuration is in the environment.',
    )
    .version(version)
    .showHelpAfterError()
    .exitOverride();
  const commands = [
    createStartCommand(),
    createMigrateCommand(),
    createSeedCommand(),
    createTokenCommand(),
    createGrantCommand(),
    createRevokeCommand(),
    createGrantsCommand(),
    createSchemaCommand(),
    createExportCommand(),
    createImportCommand(),
    createEpochCommand(),
    createDoctorCommand(version),
  ];
  for (const command of commands) program.addCommand(command);
  return program;
}
