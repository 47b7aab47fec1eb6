// Third-party clients list and call every tool, in each era that they support, with a token and without.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { tableRows } from '../docs/documents.js';
import { useOwnGateway } from '../support/start-gateway.js';

const run = promisify(execFile);
const gateway = useOwnGateway({ environment: { MCP: 'on' } });
const { orgId, projectId, taskId, id } = demoPlaces.failedRun;
const place = { orgId, projectId, taskId };

/** A call of each tool, and text that its result contains. */
const calls: Readonly<Record<string, readonly [args: object, text: string]>> = {
  whoami: [{}, orgId],
  find_tasks: [{ name: 'triage' }, taskId],
  report: [{ ...place, createdAfter: '2026-10-01T00:00:00Z' }, '"findings":['],
  list_runs: [{ ...place, filter: { status: 'FAIL' } }, id],
  get_run: [{ id }, id],
  read_response: [{ id }, 'nextOffset'],
  read_run_data: [{ id, path: '/submitted' }, 'nextOffset'],
  compare_runs: [{ id, otherId: demoPlaces.richRun.id }, '"differences":[{'],
  explain_failure: [{ ...place, id, since: '2026-01-01T00:00:00Z' }, '"failure":"'],
  failures: [{ ...place, since: '2026-01-01T00:00:00Z' }, '"newestRun":{"id":'],
  filter_values: [{ ...place, dimension: 'REVISION' }, '"values":[{'],
  statistics: [place, '"buckets":[{'],
};
const clients = [
  ['inspector', 'legacy'],
  ['inspector', 'modern'],
  ['ai-sdk', 'legacy'],
  ['ai-sdk', 'modern'],
  ['langchain', 'legacy'],
  ['old-sdk', 'legacy'],
] as const;

/** The findings of a client, and the revisions of the protocol that it sent. */
interface ToolCalls {
  readonly names: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
  readonly revisions: readonly string[];
}

async function callTools(client: string, era: string, token: string): Promise<ToolCalls> {
  const args = Object.fromEntries(Object.entries(calls).map(([name, [given]]) => [name, given]));
  const program = join(import.meta.dirname, 'call-tools.mjs');
  const { stdout } = await run(process.execPath, [program, client, era, `${gateway.url}/mcp`, JSON.stringify(args)], {
    env: { ...process.env, TOKEN: token },
    maxBuffer: 10_000_000,
  });
  return JSON.parse(stdout);
}

it.each(clients)('%s lists and calls every tool in the %s era', async (client, era) => {
  const { names, texts, revisions } = await callTools(client, era, await gateway.tokenFor(demoSubjects.owner));
  const documented = tableRows('docs/agents.md', 'Use the tools', 'tool').map(([name]) => name!.replaceAll('`', ''));
  expect(names).toEqual(documented);
  expect(Object.keys(calls)).toEqual(documented);
  for (const [name, [, text]] of Object.entries(calls))
    expect([name, texts[name]]).toEqual([name, expect.stringContaining(text)]);
  // Inspector sends from a separate process.
  if (client !== 'inspector') expect(revisions.includes('2026-07-28')).toBe(era === 'modern');
});

it.each(clients)('%s learns in the %s era that a token is missing', async (client, era) => {
  await expect(callTools(client, era, '')).rejects.toThrow(
    /401|[Uu]nauthorized|UNAUTHENTICATED|MISSING_AUTHENTICATION|auth_required/,
  );
});
