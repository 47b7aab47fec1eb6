#!/usr/bin/env node
// The entry point of the process. No module imports it.

import { setFlagsFromString } from 'node:v8';
import { CommanderError } from 'commander';
import { UsageError } from './commands/arguments/options.js';
import { runProgram } from './commands/program.js';
import { explainEnd } from './errors/explain.js';

// Under load, a request's objects survive a garbage collection while its statement is running. V8 then assumes that
// objects of this kind are long-lived, and allocates them in the old generation, where they retain everything that they
// refer to until the next full collection. Measured cost: 3 KB per request, and a fifth of the resident memory.
setFlagsFromString('--no-allocation-site-pretenuring');

// `head` closes the pipe after the first lines, which is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await runProgram(process.argv.slice(2));
} catch (error) {
  // Commander has printed its message, which may be the requested help.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    // A stack would not help an operator.
    process.stderr.write(`${explainEnd(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
