// The greeting at startup with the demo issuer: the demo's subjects, and a request to paste into a shell. Also the
// tokens of these subjects for pages, and the notice for pages without tokens.

import type { DemoIssuer } from '../access/tokens/demo-issuer.js';
import { commandLine, silentCommandLine } from '../command-line.js';
import type { DemoToken } from '../pages/initial-state.js';
import { shellWord } from '../shell-word.js';
import { demoAccess, demoSubjects } from './data/demo-subjects.js';
import { readExampleOperations } from './example-operations.js';

/** The shell into which commands from the greeting are pasted. */
export interface Shell {
  /** Whether the gateway's variables are set, which the commands need as well. */
  readonly hasVariables: boolean;
  /** Whether the shell finds jq, which formats JSON on several lines. */
  readonly hasJq: boolean;
}

/** @param tokens the first one is for the example request */
export function greeting(url: string, [first]: readonly DemoToken[], shell: Shell): string {
  return `
The task-run gateway is ready, with demo data. Open it in a browser:

${url}/         what fails, runs and statistics
${url}/graphql  GraphiQL

Or paste this into a shell (the token is the ${first!.label}'s, good for a day):

${exampleRequest(url, first!.token)}${shell.hasJq ? ' | jq' : ''}

To print tokens of other users${inSameShell(shell)}:

${tableOfSubjects()}

`;
}

/** Returns the message for a user's own database, which has no demo subjects and may be empty. */
export function greetingWithoutDemoData(url: string, shell: Shell): string {
  return `
The task-run gateway is ready. Open it in a browser:

${url}/         what fails, runs and statistics
${url}/graphql  GraphiQL

It also trusts the demo issuer. To print a token and grant a role${inSameShell(shell)}:

${silentCommandLine('token', '--subject NAME')}
${commandLine('grant', '--user NAME --role viewer --task ID')}

`;
}

function inSameShell({ hasVariables }: Shell): string {
  return hasVariables ? ', in a shell with the same variables as this one' : '';
}

function tableOfSubjects(): string {
  const rows = Object.entries(demoAccess).map(([name, access]) => [
    name,
    access,
    silentCommandLine('token', `--subject ${name}`),
  ]);
  const lines = [['who', 'sees', 'token'], ...rows];
  const widthOf = (column: number) => Math.max(...lines.map((cells) => cells[column]!.length));
  const [subjectWidth, accessWidth] = [widthOf(0), widthOf(1)];
  return lines
    .map(([name, access, token]) => `${name!.padEnd(subjectWidth)}  ${access!.padEnd(accessWidth)}  ${token}`)
    .join('\n');
}

/** Returns the first example as a command, without its comment. */
function exampleRequest(url: string, token: string): string {
  const [{ query, variables }] = readExampleOperations();
  const body = { query: query.replace(/^#.*$/gm, '').replace(/\s+/g, ' ').trim(), variables };
  return `curl -s ${shellWord(`${url}/graphql`)} -H 'Content-Type: application/json' \\
  -H ${shellWord(`Authorization: Bearer ${token}`)} \\
  -d ${shellWord(JSON.stringify(body))}`;
}

/** Returns the sentence that replaces the demo's tokens on pages at URLs other than the operator's own. */
export function noticeWithoutTokens(publicUrl: string): string {
  return `This page has no demo tokens, because its address is neither a loopback address nor PUBLIC_URL, ${publicUrl}. Start the gateway with PUBLIC_URL set to the address of this page, or paste a token that ${commandLine('token', '--subject NAME')} prints.`;
}

const dayInSeconds = 86_400;

/**
 * Signs a token for every subject of the demo. The owner's is first, because pages start with it, and it can read most.
 */
export async function signDemoTokens(issuer: DemoIssuer, now: number): Promise<DemoToken[]> {
  return Promise.all(
    Object.entries(demoSubjects).map(async ([label, subject]) => ({
      label,
      sees: demoAccess[label as keyof typeof demoAccess],
      token: await issuer.sign({ subject, expiresInSeconds: dayInSeconds, now }),
    })),
  );
}

const renewalMs = 3_600_000;

/**
 * Returns a function that signs the tokens at first use and again every hour, so that each is valid for nearly a day.
 */
export function keepDemoTokens(issuer: DemoIssuer, now: () => number): () => Promise<readonly DemoToken[]> {
  let kept: { readonly tokens: readonly DemoToken[]; readonly renewAt: number } | undefined;
  return async () => {
    const time = now();
    if (kept === undefined || time >= kept.renewAt || time < kept.renewAt - renewalMs)
      kept = { tokens: await signDemoTokens(issuer, time), renewAt: time + renewalMs };
    return kept.tokens;
  };
}
