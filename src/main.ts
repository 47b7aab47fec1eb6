#!/usr/bin/env node
// The process: arguments in, exit code out. Imported by nobody.

import { setFlagsFromString } from 'node:v8';
import { CommanderError } from 'commander';
import { UsageError } from './commands/arguments/options.js';
import { runProgram } from './commands/program.js';
import { explainEnd } from './errors/explain.js';

// Under load V8 sees the objects of a request outlive one collection, while its statement is under way, and then takes
// the like of them for long-lived: it allocates them in the old generation from the start, where they keep all that they
// point to until the next full collection. Measured: 3 KB of each request, and a fifth of the resident memory.
setFlagsFromString('--no-allocation-site-pretenuring');

// Who reads the first lines alone, as `head` does, closes the pipe: no fault of the program.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await runProgram(process.argv.slice(2));
} catch (error) {
  // Commander has said itself what it ends with, which may be the help that was asked for.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    // A stack says nothing to an operator.
    process.stderr.write(`${explainEnd(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
