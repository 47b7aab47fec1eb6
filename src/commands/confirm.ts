// The confirmation before a command deletes something.

import { createInterface } from 'node:readline/promises';

/** The output of a command, and the user's answers. */
export interface Terminal<Output = Pick<NodeJS.WritableStream, 'write'>> {
  readonly output: Output;
  /** Asks the user; `null` if there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

export function processTerminal(): Terminal<NodeJS.WriteStream> {
  const { stdin: input, stdout: output } = process;
  const ask = async (question: string) => {
    const lines = createInterface({ input, output });
    return lines.question(question).finally(() => lines.close());
  };
  return { output, ask: input.isTTY && output.isTTY ? ask : null };
}

/**
 * Asks for confirmation unless the option `--yes` is given.
 * @param done what the command would have done, as in `Nothing was deleted.`
 * @param listCommand a command that shows what it would do
 * @throws Error unless the user or the option confirms
 */
export async function confirm(
  question: string,
  { isConfirmed, done, listCommand }: { isConfirmed: boolean; done: string; listCommand: string },
  { ask }: Pick<Terminal, 'ask'>,
): Promise<void> {
  if (isConfirmed) return;
  if (ask === null) {
    throw new Error(
      `Nothing was ${done}, because confirmation requires a terminal. Check the list with ${listCommand}, then run the command again with --yes.`,
    );
  }
  if ((await ask(`${question} Type yes: `)).trim() !== 'yes') throw new Error(`Nothing was ${done}.`);
}
