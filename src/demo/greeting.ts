// What a start with the demo issuer prints: tokens of the demo's subjects, and a query that can be pasted into a shell.

import type { DemoToken } from '../graphiql/initial-state.js';
import { readExampleOperations } from './example-operations.js';

export function greeting(url: string, tokens: readonly DemoToken[]): string {
  return `
The task-run gateway is ready, with demo data, at ${url}/graphql
Open it in a browser for GraphiQL, or paste this into a shell:

${exampleRequest(url, tokens[0]!.token)}

Tokens of the demo's subjects, good for a day (npm run token makes others):

${tokens.map(({ label, token }) => `${label}: ${token}`).join('\n')}

`;
}

/** The first example as a command, without its comment. Nothing in it needs escaping inside single quotes. */
function exampleRequest(url: string, token: string): string {
  const [{ query, variables }] = readExampleOperations();
  const body = { query: query.replace(/^#.*$/gm, '').replace(/\s+/g, ' ').trim(), variables };
  return `curl -s ${url}/graphql -H 'Content-Type: application/json' \\
  -H 'Authorization: Bearer ${token}' \\
  -d '${JSON.stringify(body)}'`;
}
