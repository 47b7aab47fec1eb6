// A program of dist in a separate process, with its output line by line, and its exit.

import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

export const dist = join(import.meta.dirname, '..', '..', 'dist', 'src');

interface ExitResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

export interface SpawnedProgram {
  /** All lines written to standard output. */
  readonly lines: readonly string[];
  /** Returns the first matching line of standard output. */
  line(pattern: RegExp): Promise<string>;
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<ExitResult>;
}

/**
 * Starts a program: a module of dist with its arguments; as `script`, the source of a module that imports from dist; or
 * a command line for a shell.
 */
export function spawnProgram(
  program: readonly string[] | { readonly script: string } | { readonly shell: string },
  environment: Readonly<Record<string, string>> = {},
): SpawnedProgram {
  const [command, ...args] = commandOf(program);
  const child = spawn(command, args, {
    cwd: dist,
    env: { PATH: process.env.PATH!, DEMO_RUNS_PER_MINUTE: '0', ...environment },
    // Processes that a shell has started may outlive it, and are ended as its group.
    detached: 'shell' in program,
  });
  let output = '';
  let errors = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    output += chunk;
    for (const look of waiting) look();
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<ExitResult>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, output, errors })),
  );
  const lines = () => output.split('\n').slice(0, -1);
  return {
    get lines() {
      return lines();
    },
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines().find((line) => pattern.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void ended.then((end) => reject(new Error(`It ended without ${pattern}: ${JSON.stringify(end)}`)));
      }),
    pid: child.pid!,
    kill: (signal) => child.kill(signal),
    ended,
  };
}

function commandOf(program: Parameters<typeof spawnProgram>[0]): [string, ...string[]] {
  if ('shell' in program) return ['sh', '-c', program.shell];
  if ('script' in program) return [process.execPath, '--input-type=module', '--eval', program.script];
  return [process.execPath, resolve(dist, program[0]!), ...program.slice(1)];
}
