import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../docs/documents.js';

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program from examples/python with Debian's Python. */
export function runPython(program: string, args: readonly string[], token: string, url: string): Promise<Ended> {
  const env = { TOKEN: token, GATEWAY_URL: url, PYTHONDONTWRITEBYTECODE: '1' };
  const path = join(root, 'examples', 'python', program);
  return new Promise((resolve) =>
    execFile('/usr/bin/python3', [path, ...args], { env }, (error, output, errors) =>
      resolve({ code: (error?.code as number | undefined) ?? 0, output, errors }),
    ),
  );
}
