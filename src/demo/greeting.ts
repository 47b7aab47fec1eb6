// What a start with the demo issuer prints: who the demo's subjects are, and a query that can be pasted into a shell.

import { commandLine } from '../command-line.js';
import type { DemoToken } from '../pages/initial-state.js';
import { demoSights } from './data/demo-places.js';
import { readExampleOperations } from './example-operations.js';

/** The request is sent with the first of the tokens. */
export function greeting(url: string, [first]: readonly DemoToken[]): string {
  return `
The task-run gateway is ready, with demo data, at ${url}/graphql
Open it in a browser for GraphiQL, or paste this into a shell (the token is the ${first!.label}'s, good for a day):

${exampleRequest(url, first!.token)}

Tokens of others, in a shell with the same variables as this one:

${tableOfSubjects()}

`;
}

/** On a database of one's own: nobody is known there, and nothing has to be in it yet. */
export function greetingWithoutDemoData(url: string): string {
  return `
The task-run gateway is ready at ${url}/graphql
It trusts the demo issuer, too. A token of it, and a role, in a shell with the same variables as this one:

${commandLine('token', '--subject NAME')}
${commandLine('grant', '--user NAME --role viewer --task ID')}

`;
}

function tableOfSubjects(): string {
  const rows = Object.entries(demoSights).map(([name, sight]) => [
    name,
    sight,
    commandLine('token', `--subject ${name}`),
  ]);
  const lines = [['who', 'sees', 'token'], ...rows];
  const widthOf = (column: number) => Math.max(...lines.map((cells) => cells[column]!.length));
  const [subjectWidth, accessWidth] = [widthOf(0), widthOf(1)];
  return lines
    .map(([name, sight, token]) => `${name!.padEnd(subjectWidth)}  ${sight!.padEnd(accessWidth)}  ${token}`)
    .join('\n');
}

/** The first example as a command, without its comment. Nothing in it needs escaping inside single quotes. */
function exampleRequest(url: string, token: string): string {
  const [{ query, variables }] = readExampleOperations();
  const body = { query: query.replace(/^#.*$/gm, '').replace(/\s+/g, ' ').trim(), variables };
  return `curl -s ${url}/graphql -H 'Content-Type: application/json' \\
  -H 'Authorization: Bearer ${token}' \\
  -d '${JSON.stringify(body)}'`;
}
