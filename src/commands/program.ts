// The command line with all commands. Each command has its own file.

import { Command } from 'commander';
import { readCommit, version } from '../version.js';

/** All commands in the order of the help. A file is loaded only for its command, or for the help of all commands. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.js')).createStartCommand(),
  migrate: async () => (await import('./migrate.js')).createMigrateCommand(),
  seed: async () => (await import('./seed.js')).createSeedCommand(),
  token: async () => (await import('./token.js')).createTokenCommand(),
  grant: async () => (await import('./grant.js')).createGrantCommand(),
  revoke: async () => (await import('./revoke.js')).createRevokeCommand(),
  grants: async () => (await import('./grants.js')).createGrantsCommand(),
  schema: async () => (await import('./schema.js')).createSchemaCommand(),
  export: async () => (await import('./export.js')).createExportCommand(),
  import: async () => (await import('./import.js')).createImportCommand(),
  names: async () => (await import('./names.js')).createNamesCommand(),
  purge: async () => (await import('./purge.js')).createPurgeCommand(),
  epoch: async () => (await import('./epoch.js')).createEpochCommand(),
  doctor: async () => (await import('./doctor.js')).createDoctorCommand(version),
  documents: async () => (await import('./documents.js')).createDocumentsCommand(),
};

/**
 * Runs a command. This is `start` if `args` is empty or begins with one of its flags. Also rejects with a
 * CommanderError after `--help`.
 */
export async function runProgram(args: readonly string[]): Promise<void> {
  const given = (await beginsWithFlagOfStart(args)) ? ['start', ...args] : args;
  const word = (given[0] === 'help' ? given[1] : given[0]) ?? 'help';
  const isCommand = Object.hasOwn(commands, word);
  const program = await createProgram(isCommand ? [word] : undefined);
  const isKnown = isCommand || word === 'help' || word.startsWith('-');
  // For an unknown command with `--help`, commander would print the program's help.
  await program.parseAsync(isKnown ? given : [word], { from: 'user' });
}

/** Returns true without arguments as well. */
async function beginsWithFlagOfStart([first]: readonly string[]): Promise<boolean> {
  if (first === undefined) return true;
  if (!first.startsWith('-')) return false;
  const [flag] = first.split('=', 1);
  return (await commands.start!()).options.some(({ long }) => long === flag);
}

/** Creates the command line with all commands, or with some. */
export async function createProgram(names: readonly string[] = Object.keys(commands)): Promise<Command> {
  const program = new Command('task-run-gateway')
    .description(
      'A GraphQL gateway for task runs. It starts if no command is given. Configure it with environment variables or the flags of start.',
    )
    .version(`${version} (${readCommit()})`)
    .showHelpAfterError()
    .exitOverride();
  for (const name of names) program.addCommand(await commands[name]!());
  return program;
}
