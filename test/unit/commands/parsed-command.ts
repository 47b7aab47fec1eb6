import type { Command } from 'commander';

/** Returns the command after it has parsed `args`, without running its action. */
export function parsed(command: Command, args: readonly string[]): Command {
  return command.action(() => {}).parse(args, { from: 'user' });
}
