// Agents that use the SDK's own client.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { processorTime } from '../../../src/admission/request-cost.js';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { limits } from '../../../src/limits.js';
import { readText, tableRows } from '../../docs/documents.js';
import { eventually } from '../../support/eventually.js';
import type { ToolMessage, ViewerTask } from '../../support/responses.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';
import { closed } from '../../support/tool-client.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const place = { orgId, projectId, taskId };
const longText = 'x'.repeat(5000);
const failedId = '01a1ffff-0000-0000-0000-0000000000aa';
const long = { ...place, id: '01a1ffff-0000-0000-0000-0000000000bb' };
const huge = { ...place, id: '01a1ffff-0000-0000-0000-0000000000cc' };
const hugeResponse = { items: Array.from({ length: 20_000 }, (_, index) => `😀${index}`) };
const listed = `# The response of one run.
query responseOf($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) { response }
}
query named { viewer { subject } }
query named_files { viewer { issuer } }
query named_by_id { viewer { issuer } }
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
        await query(insert, [huge.id, taskId, JSON.stringify(hugeResponse), false, null]);
        await query(`UPDATE task_run SET run_data = '{"submitted": {"text": "in"}}' WHERE id = $1`, [huge.id]);
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
  /** Calls a tool. Its structured result must equal its text and match its schema. */
  async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
    const { content, isError, structuredContent } = await client.callTool({ name, arguments: args });
    const [{ text }] = content as unknown as [{ text: string }];
    if (structuredContent !== undefined) {
      expect(structuredContent).toEqual(JSON.parse(text));
      const { tools } = await client.listTools();
      const { outputSchema } = tools.find((tool) => tool.name === name)!;
      const validate = new Ajv2020({ strict: false }).compile(closed(outputSchema) as object);
      validate(structuredContent);
      expect(validate.errors).toBeNull();
    }
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

  /** Returns the headers and members of a request in revision 2026-07-28. */
  const modern = (method: string, params: object = {}, headers: Record<string, string> = {}) => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const { name } = params as { readonly name?: string };
    const required = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...(name && { 'mcp-name': name }) };
    const message = { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } };
    return post(message, { ...required, ...headers });
  };

  it.each(['legacy', 'modern'])('speak the revisions of the %s era', async (era) => {
    const mode = era === 'modern' ? { pin: '2026-07-28' } : 'legacy';
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    const authorization = `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`;
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${gateway.url}/mcp`), { requestInit: { headers: { authorization } } }),
    );
    clients.push(client);
    expect(client.getProtocolEra()).toBe(era);
    expect(client.getServerCapabilities()).toEqual({ tools: {}, resources: {} });
    const { text } = await call(client, 'get_run', { id });
    expect(text).toContain(id);
    const { contents } = await client.readResource({ uri: `task-run://${id}` });
    expect(contents).toMatchObject([{ text: expect.stringContaining(`"id":"${id}"`) }]);
    const { resourceTemplates } = await client.listResourceTemplates();
    const documented = tableRows('docs/agents.md', 'Read runs as resources', 'resource').map(([cell]) => cell!);
    expect(resourceTemplates.map(({ uriTemplate }) => `\`${uriTemplate}\``)).toEqual(documented);
  });

  it('list the tools in the same order in both eras, for how long and for whom', async () => {
    const { result } = (await (await modern('tools/list')).json()) as ToolMessage;
    expect(result).toMatchObject({ ttlMs: 60_000, cacheScope: 'private' });
    const { tools } = await (await connect()).listTools();
    expect(result.tools).toEqual(tools);
    const discovered = (await (await modern('server/discover')).json()) as ToolMessage;
    expect(discovered.result).toMatchObject({
      supportedVersions: ['2026-07-28'],
      ttlMs: 60_000,
      cacheScope: 'private',
    });
  });

  it.each(['mcp-protocol-version', 'mcp-method', 'mcp-name'])('require the header %s', async (name) => {
    const response = await modern('tools/call', { name: 'whoami', arguments: {} }, { [name]: 'other' });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: expect.any(Number) } }]);
    expect((await modern('tools/call', { name: 'whoami', arguments: {} })).status).toBe(200);
  });

  it.each([
    ['2025-03-26', []],
    ['2025-06-18', [`task-run://${long.id}/response`]],
  ])('get links to resources if they know them: %s', async (revision, links) => {
    const message = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'get_run', arguments: { id: long.id } },
    };
    const { result } = (await (await post(message, { 'mcp-protocol-version': revision })).json()) as ToolMessage;
    const [, ...others] = result.content;
    expect(others.map(({ uri }: { readonly uri: string }) => uri)).toEqual(links);
  });

  it('end a subscription at once, because nothing is announced', async () => {
    const response = await modern('subscriptions/listen', { notifications: { toolsListChanged: true } });
    expect(await response.text()).toContain('"resultType":"complete"');
  });

  it('get the documented tools, and the queries of trusted documents', async () => {
    const { tools } = await (await connect()).listTools();
    const own = tableRows('docs/agents.md', 'Use the tools', 'tool').map(([name]) => name!.replaceAll('`', ''));
    expect(tools.map(({ name }) => name)).toEqual([...own, 'responseOf', 'named', 'named_files']);
    for (const { description, annotations, inputSchema } of tools) {
      expect(description).toMatch(/\w.*\.$/);
      expect([annotations!.readOnlyHint, inputSchema.type]).toEqual([true, 'object']);
    }
    const byName = Object.fromEntries(tools.map((tool) => [tool.name, tool]));
    expect(byName.responseOf!.description).toBe('The response of one run.');
    expect(byName.responseOf!.inputSchema.required).toEqual(['orgId', 'projectId', 'taskId', 'id']);
    const { properties, required, ...more } = byName.list_runs!.inputSchema as JsonSchema;
    expect(required).toEqual(['orgId']);
    expect(properties).toMatchObject({
      first: { type: ['integer', 'null'], default: 20, minimum: 1, maximum: 100 },
      after: { type: ['string', 'null'], maxLength: 200 },
      orderBy: { type: 'string', default: 'CREATED_DESC', enum: expect.arrayContaining(['CREATED_ASC']) },
      filter: { anyOf: [{ $ref: '#/$defs/TaskRunFilter' }, { type: 'null' }] },
    });
    expect(more.$defs!.TaskRunFilter!.properties).toMatchObject({
      OR: { type: ['array', 'null'], items: { type: 'object' } },
      NOT: { type: ['object', 'null'] },
      status: { type: ['string', 'null'], enum: ['SUCCESS', 'FAIL', null] },
      statusIn: { minItems: 1, maxItems: 100 },
      search: { maxLength: 200 },
    });
  });

  it('get schemas that describe every argument, and accept what the tools accept', async () => {
    const { tools } = await (await connect()).listTools();
    for (const { name, inputSchema } of tools) {
      for (const [path, property] of propertiesIn(inputSchema as JsonSchema)) {
        if (/(In|\/max[^/]*|\/has[^/]*)$/.test(path)) continue;
        expect({ name, path, description: property.description }).toMatchObject({ description: expect.any(String) });
      }
    }
    const { inputSchema } = tools.find(({ name }) => name === 'list_runs')!;
    const accepts = new Ajv2020({ strict: false }).compile(inputSchema);
    const filter = { OR: [{ statusIn: ['FAIL'] }, { response: [{ path: '/a', in: [null, 1] }] }], search: null };
    expect(accepts({ ...place, filter, first: null })).toBe(true);
    expect(accepts({ ...place, first: 101 })).toBe(false);
    expect(accepts({ ...place, filter: { statusIn: [] } })).toBe(false);
    expect(accepts({ ...place, orderBy: null })).toBe(false);
  });

  it('get schemas without references to themselves, which clients may insert for the references', async () => {
    const { tools } = await (await connect()).listTools();
    const within = (value: unknown, defs: Record<string, unknown>, open: readonly string[] = []): void => {
      if (typeof value !== 'object' || value === null) return;
      const { $ref, $defs: _, ...members } = value as Record<string, unknown>;
      if (typeof $ref === 'string') {
        const name = $ref.replace('#/$defs/', '');
        expect(open).not.toContain(name);
        within(defs[name], defs, [...open, name]);
      }
      for (const member of Object.values(members)) within(member, defs, open);
    };
    for (const { inputSchema, outputSchema } of tools) {
      for (const schema of [inputSchema, outputSchema] as { $defs?: Record<string, unknown> }[])
        within(schema, schema?.$defs ?? {});
    }
  });

  it('find the ids they need, list runs and read one', async () => {
    const client = await connect();
    const { organizations } = (await call(client, 'whoami')).parse().data.viewer;
    expect(organizations[0].projects[0].tasks.nodes.map(({ task }: ViewerTask) => task.id)).toContain(taskId);
    const { nodes, pageInfo } = (await call(client, 'list_runs', { ...place, first: 2 })).parse().data.taskRuns;
    expect([nodes.length, pageInfo.hasNextPage]).toEqual([2, true]);
    const failed = await call(client, 'list_runs', { ...place, filter: { status: 'FAIL' }, first: 1 });
    expect(failed.parse().data.taskRuns.nodes[0].id).toBe(failedId);
    const { taskRun } = (await call(client, 'get_run', { ...place, id })).parse().data;
    expect(taskRun).toMatchObject({ id, files: expect.any(Array) });
    expect((await call(client, 'get_run', { id })).parse().data).toEqual({ taskRun });
    const projectStats = (await call(client, 'statistics', { orgId, projectId })).parse().data.taskRunStats;
    const { taskRunStats } = (await call(client, 'statistics', { ...place, filter: null })).parse().data;
    expect(projectStats.runs).toBeGreaterThan(taskRunStats.runs);
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
      failure: 'The model is overloaded.',
      llmRetries: 3,
    });
    expect(taskRunStats.byFailureReason).toContainEqual({ value: 'overloaded', runs: 1 });
    expect(taskRunStats.byFailure).toContainEqual({
      value: taskRun.failure,
      runs: 1,
      firstCreated: taskRun.created,
      lastCreated: taskRun.created,
      byRevision: [{ value: taskRun.taskRevisionId, runs: 1 }],
    });
  });

  it('get previews of payloads', async () => {
    const { taskRun } = (await call(await connect(), 'responseOf', long)).parse().data;
    expect(taskRun.response).toMatch(/^\{"longText": ?"x{900,}… \(50\d\d characters in total\)$/);
  });

  it('read a response of 200 KB in pieces, and the value at a path', async () => {
    const client = await connect();
    const parts: string[] = [];
    for (let offset: number | null = 0; offset !== null; ) {
      const { value }: { value: { text: string; length: number; nextOffset: number | null } } = (
        await call(client, 'read_response', { id: huge.id, offset, length: 50_000 })
      ).parse().data.node;
      parts.push(value.text);
      offset = value.nextOffset;
      expect(value.length).toBeGreaterThan(200_000);
    }
    expect(parts.length).toBeGreaterThan(4);
    expect(JSON.parse(parts.join(''))).toEqual(hugeResponse);
    for (const part of parts) expect(part).not.toMatch(/[\uD800-\uDBFF]$/);
    const read = async (name: string, args: object) =>
      (await call(client, name, { id: huge.id, ...args })).parse().data.node.value;
    expect(await read('read_response', { path: '/items/1' })).toEqual({ text: '"😀1"', length: 5, nextOffset: null });
    expect(await read('read_response', { path: '/items/1', offset: 1, length: 1 })).toMatchObject({ text: '😀' });
    expect(await read('read_response', { path: '/missing' })).toBeNull();
    expect(await read('read_run_data', { path: '/submitted/text' })).toMatchObject({ text: '"in"' });
    expect(await read('read_response', { offset: 1_000_000 })).toMatchObject({ text: '', nextOffset: null });
  });

  it.each([
    [{ offset: -1 }, '`offset` must be a non-negative integer, not -1.'],
    [{ length: 50_001 }, '`length` must be between 1 and 50000, not 50001.'],
    [{ length: 'x' }, '`length` must be between 1 and 50000, not "x".'],
  ])('read no piece at %j', async (range, message) => {
    const { isError, text } = await call(await connect(), 'read_response', { id, ...range });
    expect([isError, text]).toEqual([true, message]);
  });

  it('find tasks by words of their names', async () => {
    const client = await connect();
    const { task } = (await call(client, 'get_run', { id })).parse().data.taskRun;
    const find = async (name: string) =>
      (await call(client, 'find_tasks', { name })).parse().data.viewer.tasks.map(({ task }: ViewerTask) => task);
    const words = task.name.split(' ').reverse().join(' ').toUpperCase();
    expect(await find(words)).toEqual([
      {
        ...task,
        project: { id: projectId, name: expect.any(String), organization: { id: orgId, name: expect.any(String) } },
      },
    ]);
    expect(await find(`${task.name} elsewhere`)).toEqual([]);
  });

  it('read only what the token allows, and get errors that describe the mistake', async () => {
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
    expect([stray.isError, stray.text]).toEqual([true, expect.stringContaining('Unknown argument runId')]);
    await expect(call(client, 'followed')).rejects.toThrow('must be a tool that');
  });

  it('need a token', async () => {
    await expect(connect('', 'nonsense')).rejects.toThrow(/INVALID_TOKEN/);
    const response = await fetch(`${gateway.url}/mcp`, { method: 'POST' });
    const metadata = `${gateway.url}/.well-known/oauth-protected-resource/mcp`;
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer resource_metadata="${metadata}"`,
    ]);
    const rejected = await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { authorization: 'Bearer nonsense' });
    expect(rejected.headers.get('www-authenticate')).toBe(
      `Bearer error="invalid_token", resource_metadata="${metadata}"`,
    );
    expect(await (await fetch(metadata)).json()).toEqual({
      resource: `${gateway.url}/mcp`,
      bearer_methods_supported: ['header'],
      resource_name: 'Task-run gateway',
      resource_documentation: `${gateway.url}/docs/agents.md`,
    });
  });

  it.each([
    ['https://evil.example', 403],
    ['null', 403],
    ['https://console.example', 200],
  ])('get, from a page of %s, the status %d', async (origin, status) => {
    const response = await post({ jsonrpc: '2.0', id: 1, method: 'ping' }, { origin });
    expect(response.status).toBe(status);
    if (status === 403) expect(await response.json()).toMatchObject({ detail: { reason: 'ORIGIN_NOT_ALLOWED' } });
  });

  it('send one message at a time, by POST', async () => {
    const list = await post([{ jsonrpc: '2.0', id: 1, method: 'ping' }]);
    expect([list.status, await list.json()]).toMatchObject([422, { detail: [{ loc: ['body'] }] }]);
    const authorization = `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`;
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      const response = await fetch(`${gateway.url}/mcp`, { method, headers: { authorization } });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
    expect((await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202);
  });

  it('need a token by every method', async () => {
    for (const method of ['GET', 'HEAD', 'DELETE', 'POST']) {
      const response = await fetch(`${gateway.url}/mcp`, { method });
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringContaining('/.well-known/oauth-protected-resource/mcp"'),
      ]);
      const crossOrigin = await fetch(`${gateway.url}/mcp`, { method, headers: { origin: 'https://evil.example' } });
      expect(crossOrigin.status).toBe(403);
    }
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

  it('count in metrics and the log as their operations', async () => {
    const client = await connect();
    await call(client, 'get_run', { ...place, id });
    await call(client, 'failures', place);
    await eventually(async () => {
      const lines = await gateway.logLines();
      for (const operation of ['get_run', 'failures']) {
        expect(lines).toContainEqual(expect.objectContaining({ operation, route: '/mcp', cost: expect.any(Number) }));
      }
      expect(lines).not.toContainEqual(expect.objectContaining({ operation: 'failures_newest' }));
    });
  });

  it('pay for the time of messages without an operation', async () => {
    const costs = async () =>
      (await gateway.logLines())
        .filter(({ route, operation }) => route === '/mcp' && operation === undefined)
        .map(({ cost }) => cost);
    const before = (await costs()).length;
    for (const method of ['tools/list', 'ping', 'resources/templates/list', 'unknown']) {
      await (await post({ jsonrpc: '2.0', id: 1, method })).text();
    }
    // More than the fixed charge for any request.
    const more = 10 * processorTime.request;
    await eventually(async () => {
      const charged = (await costs()).slice(before);
      expect(charged).toHaveLength(4);
      for (const cost of charged) expect(cost).toBeGreaterThan(more);
    });
  });

  it('get a sentence about unknown arguments, however many and long they are', async () => {
    const args = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`${'x'.repeat(900)}${index}`, 1]));
    const { text } = await call(await connect(), 'whoami', args);
    expect(text).toHaveLength(limits.messageLength.value);
    expect(text).toMatch(/^Unknown argument x+….*\. The arguments are offset\.$/);
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

interface JsonSchema {
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: Readonly<Record<number, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** Returns every property in a schema with its path. */
function propertiesIn(schema: JsonSchema | undefined, path = ''): [string, JsonSchema][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = Object.entries(schema.properties ?? {}).map(([name, property]): [string, JsonSchema] => [
    `${path}/${name}`,
    property,
  ]);
  const below = (['properties', '$defs', 'anyOf'] as const).flatMap((key) => Object.entries(schema[key] ?? {}));
  return [
    ...own,
    ...below.flatMap(([name, property]) => propertiesIn(property, `${path}/${name}`)),
    ...propertiesIn(schema.items, `${path}/items`),
  ];
}

it('learn where clients get tokens, by RFC 9728', async () => {
  const issuers = ['hydra', 'kratos', 'oidc'].map((type) => ({
    issuer: `https://${type}.example/`,
    type,
    jwks: 'https://keys.example/jwks.json',
    audience: 'gateway',
  }));
  const environment = {
    MCP: 'on',
    DEMO: 'on',
    AUTH_ISSUERS: JSON.stringify(issuers),
    PUBLIC_URL: 'https://gateway.example/runs',
  };
  const gateway = await startGateway({ environment });
  try {
    const response = await fetch(`${gateway.url}/.well-known/oauth-protected-resource/mcp`);
    expect(await response.json()).toMatchObject({
      resource: 'https://gateway.example/runs/mcp',
      authorization_servers: ['https://hydra.example/', 'https://oidc.example/'],
    });
  } finally {
    await gateway.close();
  }
});

it('MCP is served only when it is on', async () => {
  const gateway = await startGateway();
  expect((await fetch(`${gateway.url}/mcp`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${gateway.url}/.well-known/oauth-protected-resource/mcp`)).status).toBe(404);
  await gateway.close();
});
