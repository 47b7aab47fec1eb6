import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from '../docs/documents.js';

/** A shell in the repository's folder that stays open while the test follows a document. */
export interface Shell {
  /** Runs commands, and returns what they print to standard output. Rejects if one of them fails. */
  run(commands: string): Promise<string>;
  /** Runs commands that do not end, until their output matches. */
  runUntil(commands: string, pattern: RegExp): Promise<void>;
  /** Ends the shell and everything that was started in it. */
  close(): Promise<void>;
}

const done = 'the commands have ended with';

export function openShell(environment: Readonly<Record<string, string>>): Shell {
  const child = spawn('bash', ['--norc', '-e', '-o', 'pipefail'], { cwd: root, env: environment, detached: true });
  const closed = once(child, 'close');
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    errors += chunk;
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  async function send(commands: string, pattern: RegExp): Promise<string> {
    const begin = output.length;
    child.stdin.write(`${commands}\n`);
    while (!pattern.test(output.slice(begin))) {
      if (hasEnded()) throw new Error(`A command failed: ${commands}\n${output.slice(begin)}\n${errors}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return output.slice(begin);
  }

  return {
    run: async (commands) => (await send(`${commands}\necho '${done} 0'`, new RegExp(done))).split(done)[0]!,
    runUntil: async (commands, pattern) => void (await send(commands, pattern)),
    async close() {
      if (!hasEnded()) process.kill(-child.pid!, 'SIGTERM');
      await closed;
    },
  };
}
