// The clients, messages and questions in docs/agents.md, unchanged.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import type { ToolMessage } from '../support/responses.js';
import { useOwnGateway } from '../support/start-gateway.js';
import { block, root, tableRows } from './documents.js';

const run = promisify(execFile);
const gateway = useOwnGateway({ environment: { MCP: 'on' } });
const documented = 'http://127.0.0.1:4000/mcp';

async function post(headers: Record<string, string>, body: string): Promise<ToolMessage> {
  const response = await fetch(`${gateway.url}/mcp`, { method: 'POST', headers, body });
  return (await response.json()) as ToolMessage;
}

async function callTool(name: string, args: object): Promise<ToolMessage['result']> {
  const headers = {
    authorization: `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  const params = { name, arguments: args };
  const { result } = await post(headers, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }));
  return result;
}

describe('docs/agents.md', () => {
  it.each(['mcp-cursor', 'mcp-vscode'])('names the URL and the header in %s', (marker) => {
    const { mcpServers, servers } = JSON.parse(block(marker).text);
    const { url, headers } = (mcpServers ?? servers)['task-runs'];
    expect([url, headers]).toEqual([documented, { Authorization: expect.stringMatching(/^Bearer \$\{.*\}$/) }]);
  });

  it('adds the server to Claude Code by its URL and header', () => {
    expect(block('mcp-claude').text).toMatch(
      `--transport http task-runs ${documented} --header "Authorization: Bearer `,
    );
  });

  it('shows a program that finds a task', async () => {
    const program = block('mcp-program').text.replace(documented, `${gateway.url}/mcp`);
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: root,
      env: { ...process.env, TOKEN: await gateway.tokenFor(demoSubjects.viewer) },
    });
    expect(stdout).toBe('Support triage\n');
  });

  it('shows a message that calls a tool, and its response', async () => {
    const [, body] = /--data '(.*)'/.exec(block('mcp-call').text)!;
    const names = [...block('mcp-call').text.matchAll(/--header ['"]([\w-]+): ([^'"]+)/g)];
    const token = await gateway.tokenFor(demoSubjects.viewer);
    const headers = names.map(([, name, value]) => [name!, value!.replace('$TOKEN', token)] as [string, string]);
    const { result, ...rest } = await post(Object.fromEntries(headers), body!);
    const expected = JSON.parse(block('mcp-called').text);
    expect(rest).toEqual({ jsonrpc: expected.jsonrpc, id: expected.id });
    const { content, structuredContent } = expected.result;
    const [{ type, text }] = content;
    expect(Object.keys(result.structuredContent.data.viewer)).toEqual(Object.keys(structuredContent.data.viewer));
    expect(result.content).toEqual([{ type, text: expect.stringContaining(text.replace('…', '')) }]);
  });

  const questions = tableRows('docs/agents.md', 'Ask eleven questions', 'question');
  const calls = questions.flatMap(([question, cell]) =>
    [...cell!.matchAll(/`(\w+) (\{.*?\})`/g)].map(([, name, args]) => [question!, name!, args!] as const),
  );
  const { orgId, projectId, taskId, id } = demoPlaces.failedRun;

  it('asks eleven questions', () => {
    expect(questions).toHaveLength(11);
  });

  it.each(calls)('answers "%s" by %s %s', async (_question, name, args) => {
    const places: Record<string, object> = {
      whoami: {},
      find_tasks: {},
      explain_failure: { orgId, projectId, taskId, id },
      read_response: { id },
      read_run_data: { id },
      compare_runs: { id, otherId: demoPlaces.richRun.id },
    };
    const place = places[name] ?? { orgId, projectId, taskId };
    const { isError, structuredContent } = await callTool(name, { ...place, ...JSON.parse(args) });
    expect([isError, structuredContent.errors, structuredContent.data]).toEqual([
      undefined,
      undefined,
      expect.any(Object),
    ]);
  });

  it('shows the end of a result that was shortened', async () => {
    const { structuredContent } = await callTool('list_runs', { orgId, projectId, first: 100 });
    const { left } = JSON.parse(block('mcp-left').text);
    const form = (text: string) => text.replaceAll(/[\d,]+/g, '#');
    expect(form(structuredContent.left.message)).toBe(form(left.message));
    expect(Object.keys(structuredContent.left.continue)).toEqual(Object.keys(left.continue));
  });
});
