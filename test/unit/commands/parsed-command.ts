import type { Command } from 'commander';

/** The command after it has parsed `args`, without its action. */
export function parsed(command: Command, args: readonly string[]): Command {
  return command.action(() => {}).parse(args, { from: 'user' });
}
