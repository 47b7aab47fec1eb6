// Prints a token of the demo issuer, and nothing else on standard output, so that a shell can put it in a variable.

import { openDemoIssuer } from '../access/tokens/demo-issuer.js';
import { dataDirFromEnvironment } from '../config.js';
import { parseTokenRequest, UsageError } from './token-arguments.js';

try {
  const request = parseTokenRequest(process.argv.slice(2));
  const issuer = await openDemoIssuer(dataDirFromEnvironment());
  process.stdout.write(`${await issuer.sign({ ...request, now: Date.now() })}\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
