// Formats command lines for hints, depending on how this program was installed.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Returns a command line, such as `npm run seed -- --runs 10`. */
export function commandLine(command: string, args = ''): string {
  return commandLineOf(import.meta.url, command, args);
}

/** Returns a command line whose output can be assigned to a variable, because npm prints nothing before it. */
export function silentCommandLine(command: string, args = ''): string {
  return commandLine(command, args).replace(/^npm run /, 'npm run --silent ');
}

/** @param module URL of this file: in `dist/src` of a package, an image or a clone, or in `src` of a clone */
export function commandLineOf(module: string, command: string, args: string): string {
  const isClone = ['../build.js', '../../build.js'].some((path) => existsSync(fileURLToPath(new URL(path, module))));
  const script = command === 'start' ? 'npm start' : `npm run ${command}`;
  const program = `${module.includes('/node_modules/') ? 'npx ' : ''}task-run-gateway ${command}`;
  const words = isClone ? [script, args && `-- ${args}`] : [program, args];
  return words.filter((word) => word !== '').join(' ');
}
