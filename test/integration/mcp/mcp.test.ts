// Agents, by the SDK's own client.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { readText, tableRows } from '../../docs/documents.js';
import { eventually } from '../../support/eventually.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const place = { orgId, projectId, taskId };
const longText = 'x'.repeat(5000);
const failedId = '01a1ffff-0000-0000-0000-0000000000aa';
const long = { ...place, id: '01a1ffff-0000-0000-0000-0000000000bb' };
const listed = `# The response of one run.
query responseOf($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) { response }
}
query named { viewer { subject } }
query get_run { viewer { subject } }
subscription followed { taskRunChanged(orgId: "${orgId}", projectId: "${projectId}") { cursor } }`;

describe('agents', () => {
  let gateway: Gateway;
  let folder: string;
  const clients: Client[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-agents-'));
    await writeFile(join(folder, 'listed.graphql'), listed);
    gateway = await startGateway({
      environment: { MCP: 'on', TRUSTED_DOCUMENTS: folder, CORS_ORIGINS: 'https://console.example' },
      arrange: async ({ query }) => {
        const insert = `INSERT INTO task_run
          (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens, total_tokens,
            is_error, primary_failure_reason, llm_retries)
          VALUES ($1, $2, $2, '{}', $3, now(), 1, 2, 3, $4, $5, 3)`;
        const detail = { detail: { message: 'The model is overloaded.' } };
        await query(insert, [failedId, taskId, JSON.stringify(detail), true, 'overloaded']);
        await query(insert, [long.id, taskId, JSON.stringify({ longText }), false, null]);
      },
    });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });
  afterAll(async () => {
    await gateway.close();
    await rm(folder, { recursive: true });
  });

  async function connect(subject: string = demoSubjects.viewer, token?: string): Promise<Client> {
    const authorization = `Bearer ${token ?? (await gateway.tokenFor(subject))}`;
    const transport = new StreamableHTTPClientTransport(new URL(`${gateway.url}/mcp`), {
      requestInit: { headers: { authorization } },
    });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    clients.push(client);
    return client;
  }
  async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
    const { content, isError } = await client.callTool({ name, arguments: args });
    const [{ text }] = content as [{ text: string }];
    return { text, isError, parse: () => JSON.parse(text) };
  }
  const post = async (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify(body),
    });

  it('have the tools of the document, and the queries of trusted documents', async () => {
    const { tools } = await (await connect()).listTools();
    const own = tableRows('docs/agents.md', 'Agents', 'tool').map(([name]) => name!.replaceAll('`', ''));
    expect(tools.map(({ name }) => name)).toEqual([...own, 'responseOf', 'named']);
    for (const { description, annotations, inputSchema } of tools) {
      expect(description).toMatch(/\w.*\.$/);
      expect([annotations!.readOnlyHint, inputSchema.type]).toEqual([true, 'object']);
    }
    const byName = Object.fromEntries(tools.map((tool) => [tool.name, tool]));
    expect(byName.responseOf!.description).toBe('The response of one run.');
    expect(byName.responseOf!.inputSchema.required).toEqual(['orgId', 'projectId', 'taskId', 'id']);
    const { properties, required, ...more } = byName.list_runs!.inputSchema as any;
    expect(required).toEqual(['orgId', 'projectId']);
    expect(properties).toMatchObject({
      first: { type: 'integer', default: 20 },
      orderBy: { type: 'string', default: 'CREATED_DESC', enum: expect.arrayContaining(['CREATED_ASC']) },
      filter: { $ref: '#/$defs/TaskRunFilter' },
    });
    expect(more.$defs.TaskRunFilter.properties).toMatchObject({
      OR: { type: 'array', items: { $ref: '#/$defs/TaskRunFilter' } },
      status: { type: 'string', enum: ['SUCCESS', 'FAIL'] },
    });
  });

  it('find the ids they need, list runs and read one', async () => {
    const client = await connect();
    const { organizations } = (await call(client, 'whoami')).parse().data.viewer;
    expect(organizations[0].projects[0].tasks.nodes.map(({ task }: any) => task.id)).toContain(taskId);
    const { nodes, pageInfo } = (await call(client, 'list_runs', { ...place, first: 2 })).parse().data.taskRuns;
    expect([nodes.length, pageInfo.hasNextPage]).toEqual([2, true]);
    const failed = await call(client, 'list_runs', { ...place, filter: { status: 'FAIL' }, first: 1 });
    expect(failed.parse().data.taskRuns.nodes[0].id).toBe(failedId);
    const { taskRun } = (await call(client, 'get_run', { ...place, id })).parse().data;
    expect(taskRun).toMatchObject({ id, files: expect.any(Array) });
    expect((await call(client, 'get_run', { id })).parse().data).toEqual({ taskRun });
    const { taskRunStats } = (await call(client, 'statistics', place)).parse().data;
    expect(taskRunStats.buckets.length).toBeGreaterThan(0);
    expect(taskRunStats.groups).toContainEqual(expect.objectContaining({ value: 'overloaded', runs: 1 }));
    const byTask = await call(client, 'statistics', { ...place, dimension: 'TASK', first: 1 });
    expect(byTask.parse().data.taskRunStats.groups).toMatchObject([
      { value: taskId, task: { name: expect.any(String) } },
    ]);
    const { isError, text } = await call(client, 'statistics', { ...place, dimension: 'RESPONSE' });
    expect([isError, text]).toEqual([true, expect.stringContaining('`groupBy.path` is required')]);
  });

  it('learn why a run failed', async () => {
    const explained = await call(await connect(), 'explain_failure', { ...place, id: failedId, since: '-1d' });
    const { taskRun, taskRunStats } = explained.parse().data;
    expect(taskRun).toMatchObject({
      status: 'FAIL',
      primaryFailureReason: 'overloaded',
      failureMessage: 'The model is overloaded.',
      llmRetries: 3,
    });
    expect(taskRunStats.byFailureReason).toContainEqual({ value: 'overloaded', runs: 1 });
  });

  it('get previews of payloads', async () => {
    const { taskRun } = (await call(await connect(), 'responseOf', long)).parse().data;
    expect(taskRun.response).toMatch(/^\{"longText": ?"x{900,}… \(50\d\d characters in all\)$/);
  });

  it('see what the token sees, and are told what is wrong', async () => {
    const outsider = await connect('nobody-at-all');
    const denied = await call(outsider, 'get_run', { ...place, id });
    expect([denied.isError, denied.parse().errors[0].extensions.code]).toEqual([true, 'FORBIDDEN']);
    expect((await call(outsider, 'whoami')).parse().data.viewer.organizations).toEqual([]);
    const byId = await call(outsider, 'get_run', { id });
    expect([byId.isError, byId.parse().errors[0].extensions.resource]).toEqual([true, 'node']);
    const client = await connect();
    const malformed = await call(client, 'get_run', { ...place, id: 'x' });
    expect(malformed.parse().errors[0].extensions).toMatchObject({ code: 'BAD_REQUEST', argument: 'id' });
    const missing = await call(client, 'get_run', place);
    expect([missing.isError, missing.text]).toEqual([true, expect.stringContaining('$id')]);
    const stray = await call(client, 'get_run', { ...place, id, runId: id });
    expect([stray.isError, stray.text]).toEqual([true, expect.stringContaining('There is no argument runId')]);
    await expect(call(client, 'followed')).rejects.toThrow('must be a tool that');
  });

  it('are refused without a token, as everywhere', async () => {
    await expect(connect('', 'nonsense')).rejects.toThrow(/INVALID_TOKEN/);
    const response = await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { authorization: '' });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Bearer/),
    ]);
  });

  it.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['https://console.example', 200],
  ])('may be a page of %s: %d', async (origin, status) => {
    const response = await post({ jsonrpc: '2.0', id: 1, method: 'ping' }, { origin });
    expect(response.status).toBe(status);
    if (status === 403) expect(await response.json()).toMatchObject({ detail: { reason: 'ORIGIN_NOT_ALLOWED' } });
  });

  it('send one message at a time, by POST', async () => {
    const list = await post([{ jsonrpc: '2.0', id: 1, method: 'ping' }]);
    expect([list.status, await list.json()]).toMatchObject([422, { detail: [{ loc: ['body'] }] }]);
    for (const method of ['GET', 'DELETE']) {
      const response = await fetch(`${gateway.url}/mcp`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
    expect((await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202);
  });

  it('send messages of few values, whatever a tool takes', async () => {
    const params = (icons: number) => ({
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'test', version: '1', icons: Array(icons).fill(0) },
    });
    const responseTo = async (icons: number) => {
      const response = await post({ jsonrpc: '2.0', id: 1, method: 'initialize', params: params(icons) });
      return [response.status, await response.json()];
    };
    expect(await responseTo(989)).toMatchObject([200, { error: { message: expect.stringContaining('icons') } }]);
    expect(await responseTo(990)).toMatchObject([422, { detail: [{ loc: ['body'] }] }]);
    expect(await responseTo(200_000)).toMatchObject([422, { detail: [{ loc: ['body'] }] }]);
    const ids = Array(2000).fill('a');
    const call = { name: 'whoami', arguments: { ids } };
    const called = await post({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call });
    expect(await called.json()).toMatchObject({ result: { content: [{ text: expect.stringContaining('ids') }] } });
  });

  it('are counted and logged as the operations that they are', async () => {
    await call(await connect(), 'get_run', { ...place, id });
    await eventually(async () => {
      expect(await gateway.logLines()).toContainEqual(
        expect.objectContaining({ operation: 'get_run', route: '/mcp', cost: expect.any(Number) }),
      );
    });
  });

  it('read the documents without a token', async () => {
    const list = await (await fetch(`${gateway.url}/llms.txt`)).text();
    expect(list).toMatch(/^# Task-run gateway\n/);
    const link = `${gateway.url}/docs/agents.md`;
    expect(list).toContain(`- [Agents](${link}): `);
    const document = await fetch(link);
    expect([document.headers.get('content-type'), await document.text()]).toEqual([
      'text/markdown; charset=utf-8',
      readText('docs/agents.md'),
    ]);
    expect((await fetch(`${gateway.url}/docs/..%2Fpackage.md`)).status).toBe(404);
  });
});

it('are not served unless MCP is on', async () => {
  const gateway = await startGateway();
  expect((await fetch(`${gateway.url}/mcp`, { method: 'POST' })).status).toBe(404);
  await gateway.close();
});
