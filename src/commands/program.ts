// The command line with all commands. Each command has its own file.

import { Command } from 'commander';
import { version } from '../version.js';
import { createDoctorCommand } from './doctor.js';
import { createDocumentsCommand } from './documents.js';
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

/**
 * Runs a command: `start` if `args` name none or begin with one of its flags. Rejects with a CommanderError after
 * `--help`, too.
 */
export async function runProgram(args: readonly string[]): Promise<void> {
  const start = createStartCommand();
  const [flag] = args[0]?.split('=', 1) ?? [];
  const isStart = flag === undefined || start.options.some(({ long }) => long === flag);
  const program = createProgram(start);
  const word = (args[0] === 'help' ? args[1] : args[0]) ?? 'help';
  const isKnown = word.startsWith('-') || ['help', ...program.commands.map((each) => each.name())].includes(word);
  // For an unknown command with `--help`, commander would print the help of the program.
  const given = isKnown ? args : [word];
  await program.parseAsync(isStart ? ['start', ...args] : given, { from: 'user' });
}

function createProgram(start: Command): Command {
  const program = new Command('task-run-gateway')
    .description(
      'A GraphQL gateway for task runs. Without a command, it starts. It is configured by environment variables or by the flags of start.',
    )
    .version(version)
    .showHelpAfterError()
    .exitOverride();
  const commands = [
    start,
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
    createDocumentsCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  return program;
}
