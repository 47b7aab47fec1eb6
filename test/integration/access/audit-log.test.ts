// Audit lines for payload, across all entry points. Each response that contains payload has a line, and no other
// response has one.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { block, codesIn, tableRows } from '../../docs/documents.js';
import { folderOf, manifestOf } from '../../support/document-lists.js';
import { eventsOf, nextEvent } from '../../support/event-stream-client.js';
import { eventually } from '../../support/eventually.js';
import type { AuditLine, CallbackMessage, RestChange, RestRun, RunNode, ToolMessage } from '../../support/responses.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';
import { openAs } from '../../support/websocket-client.js';

const run = demoPlaces.richRun;
const { orgId, projectId, taskId, id } = run;
const as = demoSubjects.viewer;
const organization = `orgId: "${orgId}"`;
const place = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const folder = mkdtempSync(join(tmpdir(), 'audit-'));
const path = join(folder, 'audit.log');
const one = (fields: string) => `{ taskRun(${place}, id: "${id}") { ${fields} } }`;
const list = (filter: string, fields = 'nodes { id }') =>
  `{ taskRuns(${place}, first: 3, filter: { ${filter} }) { ${fields} } }`;
const trusted = `query Response($id: ID!) { taskRun(${place}, id: $id) { response } }`;
const listed = folderOf({ 'apollo.json': manifestOf({ name: 'Response', body: trusted }) });

let gateway: Gateway;
let router: Server;
const posted: CallbackMessage[] = [];
beforeAll(async () => {
  router = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      posted.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(204, { 'subscription-protocol': 'callback/1.0' }).end();
    });
  });
  await new Promise<void>((resolve) => router.listen(0, '127.0.0.1', resolve));
  gateway = await startGateway({
    environment: {
      AUDIT_LOG: path,
      MCP: 'on',
      TRUSTED_DOCUMENTS: listed,
      SUBSCRIPTION_CALLBACK_HOSTS: `127.0.0.1:${(router.address() as AddressInfo).port}`,
    },
  });
});
afterAll(async () => {
  await gateway.close();
  router.close();
  rmSync(folder, { recursive: true });
  rmSync(listed, { recursive: true });
});

const allLines = (): AuditLine[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** Returns the lines written during `act`. */
async function linesOf(act: () => Promise<unknown>): Promise<AuditLine[]> {
  const before = allLines().length;
  await act();
  return allLines().slice(before);
}

const rest = (url: string, options: Parameters<typeof requestRest>[2] = {}) =>
  requestRest(gateway, url.startsWith('http') ? url : `${gateway.url}/api/v1/org/${orgId}/project/${projectId}${url}`, {
    as,
    ...options,
  });
const read = async (url: string, options?: Parameters<typeof rest>[1]) => {
  const response = await rest(url, options);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { response, bytes: bytes.length, text: bytes.toString() };
};

const payloadFields = [
  'response',
  'runData',
  'submitted',
  'runDataAt(path: "/submitted")',
  'responseBytes',
  'responseText',
  'runDataText',
  'submittedText',
  'responsePreview',
  'submittedPreview',
  'failureMessage',
  'failure',
];

describe('the audit log', () => {
  it.each(payloadFields)('writes a line for %s, also where its value is null', async (field) => {
    const lines = await linesOf(() => gateway.dataOf(one(`a: ${field}`), { as }));
    expect(lines).toMatchObject([{ event: 'payload_read', entry: 'graphql', groups: ['io'], runs: [id], runCount: 1 }]);
  });

  it('names who has read what, by which request', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    let text = '';
    let requestId: string | null = null;
    const [line] = await linesOf(async () => {
      const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
      const answer = await gateway.ask(one('response files { name }'), { as, headers });
      text = answer.text;
      requestId = answer.headers.get('x-request-id');
    });
    expect(line).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      event: 'payload_read',
      requestId,
      traceId,
      issuer: gateway.issuer.config.issuer,
      subject: as,
      clientId: expect.any(String),
      address: '127.0.0.1',
      entry: 'graphql',
      groups: ['io', 'files'],
      runs: [id],
      runCount: 1,
      bytes: Buffer.byteLength(text),
    });
  });

  it.each([
    ['usage of a run', one('id created totalTokens primaryFailureReason contextId reference user { id }')],
    ['a list', list('status: FAIL')],
    ['a filter by files, which is usage', list('hasFiles: true')],
    ['a condition that is null', list('response: null, status: FAIL')],
    ['statistics', `{ taskRunStats(${place}) { runs groupBy(dimension: STATUS) { runs firstSeen } } }`],
    [
      'a list of the organization',
      `{ taskRuns(${organization}, first: 3, filter: { taskIdIn: ["${taskId}"] }) { nodes { id } } }`,
    ],
    ['statistics of the organization', `{ taskRunStats(${organization}) { groupBy(dimension: PROJECT) { runs } } }`],
    ['changes of the organization', `{ taskRunChanges(${organization}, first: 3) { changes { run { id } } } }`],
    ['the caller', '{ viewer { subject } }'],
  ])('writes no line for %s', async (_title, query) => {
    expect(await linesOf(() => gateway.dataOf(query, { as }))).toEqual([]);
  });

  it.each([
    ['the run is null, with an error', `{ taskRun(${place}, id: "${demoPlaces.richRun.orgId}") { response } }`, as],
    ['the caller may not see it', one('response'), 'stranger'],
  ])('writes no line where %s', async (_title, query, subject) => {
    const lines = await linesOf(async () => {
      const { data } = await gateway.ask(query, { as: subject });
      expect(data ?? { taskRun: null }).toEqual({ taskRun: null });
    });
    expect(lines).toEqual([]);
  });

  it.each([
    ['a filter of a list', list('response: { path: "", exists: true }')],
    ['a filter deep inside', list('AND: [{ NOT: { OR: [{ hasResponse: true }] } }]')],
    ['a search', list('search: "billing"')],
    ['only a count', list('submitted: { path: "", exists: true }', 'totalCount')],
    ['a bounded count', list('runData: { path: "", exists: true }', 'countUpTo(max: 10) { count }')],
    ['statistics', `{ taskRunStats(${place}, filter: { hasResponse: false }) { runs } }`],
    ['kinds of failures', `{ taskRunStats(${place}) { groupBy(dimension: FAILURE) { runs } } }`],
    ['a kind of failure', list('failureIn: ["No message"]')],
    ['kinds since they were first seen', list('failureFirstSeenAfter: "2024-01-01"')],
    ['kinds that are not new', list('NOT: { failureFirstSeenAfter: "2024-01-01" }')],
    ['no kinds that are new', list('failureFirstSeenAfter: "2100-01-01"', 'totalCount')],
    ['first times', `{ taskRunStats(${organization}) { groupBy(dimension: FAILURE) { firstSeen } } }`],
    [
      'a filter of the organization',
      `{ taskRuns(${organization}, first: 3, filter: { search: "billing" }) { nodes { id } } }`,
    ],
    ['groups', `{ taskRunStats(${place}) { groupBy(dimension: RESPONSE, path: "/team") { runs } } }`],
    [
      'groups in groups',
      `{ taskRunStats(${place}) { groupBy(dimension: STATUS) { groupBy(dimension: SUBMITTED, path: "") { runs } } } }`,
    ],
  ])('writes a line of the matching kind for %s', async (_title, query) => {
    const lines = await linesOf(() => gateway.dataOf(query, { as }));
    expect(lines).toMatchObject([{ event: 'payload_queried', groups: [], entry: 'graphql' }]);
    const { nodes } = (await gateway.dataOf(query, { as })).taskRuns ?? {};
    if (nodes) expect(lines[0]!.runs).toEqual(nodes.map((node: RunNode) => node.id));
    else expect(lines[0]!.runCount).toBe(0);
  });

  it('writes one line for a response that has payload and was decided by it', async () => {
    const query = list('hasResponse: true', 'nodes { id response }');
    expect(await linesOf(() => gateway.dataOf(query, { as }))).toMatchObject([
      { event: 'payload_read', groups: ['io'], runCount: 3 },
    ]);
  });

  it('names a trusted document by its id and name, and no document of a client', async () => {
    const ids = JSON.parse(readFileSync(join(listed, 'apollo.json'), 'utf8')).operations.map(
      (operation: { id: string }) => operation.id,
    );
    const lines = await linesOf(async () => {
      await rest(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ documentId: ids[0], variables: { id } }),
      });
      await gateway.dataOf(`query Secret ${one('response')}`, { as });
    });
    expect(lines.map(({ operation }) => operation)).toEqual([`${ids[0]}/Response`, undefined]);
  });

  describe('over REST', () => {
    it('writes a line for a run, and one of a query for the version that the client has', async () => {
      let etag = '';
      let bytes = 0;
      const lines = await linesOf(async () => {
        const { response, ...body } = await read(runUrl(gateway, run), { headers: { 'accept-encoding': 'gzip' } });
        etag = response.headers.get('etag')!;
        bytes = body.bytes;
      });
      expect(lines).toMatchObject([
        { entry: 'rest', operation: expect.stringContaining('/run/'), groups: ['io', 'files'], runs: [id], bytes },
      ]);
      const again = await linesOf(async () => {
        const { response } = await read(runUrl(gateway, run), { headers: { 'if-none-match': etag } });
        expect(response.status).toBe(304);
      });
      expect(again).toMatchObject([
        { event: 'payload_queried', operation: lines[0]!.operation, groups: ['io', 'files'], runs: [id], bytes },
      ]);
    });

    it.each([
      ['a run', `/task/${taskId}/run/${id}`],
      ['a run by its id', `/api/v1/run/${id}`],
      ['a page of runs', `/task/${taskId}/run?page_limit=3`],
      ['a page that payload has decided', '/task_run?page_limit=3&fields=core&has_response=true'],
      ['a page of usage', `/task/${taskId}/run?page_limit=3&fields=core,usage`],
      ['a page of the organization', `/api/v1/org/${orgId}/task_run?page_limit=3`],
      ['a page of new failures', `/api/v1/org/${orgId}/task_run?fields=core&failure_first_seen_after=2024-01-01`],
      ['a page of the usage of the organization', `/api/v1/org/${orgId}/task_run?page_limit=3&fields=core`],
      ['a page of changes', `/task/${taskId}/run/changes?page_limit=3`],
      ['a page of changes of usage', `/task/${taskId}/run/changes?page_limit=3&fields=usage`],
      ['a report', `/task/${taskId}/usage_report`],
      ['a report of what has changed', '/task_run/report'],
      ['the caller', '/api/v1/whoami'],
    ])('writes the line of GET for HEAD of %s', async (_title, url) => {
      const address = url.startsWith('/api') ? gateway.url + url : url;
      const gets = await linesOf(() => read(address));
      const heads = await linesOf(() => read(address, { method: 'HEAD' }));
      const each = { time: expect.any(String), requestId: expect.any(String) };
      expect(heads).toEqual(gets.map((line) => ({ ...line, ...each })));
    });

    it.each([
      ['a page of usage', `/task/${taskId}/run?page_limit=3&fields=core,usage`],
      ['a report', `/task/${taskId}/usage_report?start_date=2024-01-01&end_date=2024-01-31`],
    ])('writes no line for a version of %s', async (_title, url) => {
      const { response } = await read(url);
      const etag = response.headers.get('etag')!;
      const lines = await linesOf(async () => {
        expect((await read(url, { headers: { 'if-none-match': etag } })).response.status).toBe(304);
      });
      expect(lines).toEqual([]);
    });

    it('writes no line for HEAD of an export or a stream, which read nothing', async () => {
      const lines = await linesOf(async () => {
        const exported = await read(`/task/${taskId}/run/export?has_response=true`, { method: 'HEAD' });
        const accept = 'text/event-stream';
        const events = await read(`/task/${taskId}/run/changes`, { method: 'HEAD', headers: { accept } });
        expect([exported.response.status, events.response.status]).toEqual([200, 200]);
      });
      expect(lines).toEqual([]);
    });

    it.each(['GET', 'HEAD'])('writes a line for an operation by %s, with the bytes of its body', async (method) => {
      const query = one('response');
      const { text } = await gateway.ask(query, { as });
      const search = `?query=${encodeURIComponent(query)}`;
      expect(await linesOf(() => read(`${gateway.url}/graphql${search}`, { method }))).toMatchObject([
        { event: 'payload_read', entry: 'graphql', groups: ['io'], runs: [id], bytes: Buffer.byteLength(text) },
      ]);
    });

    it.each([
      ['a page of runs', `/task/${taskId}/run?page_limit=3`],
      ['a page of changes', `/task/${taskId}/run/changes?page_limit=3`],
      ['a page of the organization', `/../../task_run?page_limit=3`],
      ['a page of changes of the organization', `/../../task_run/changes?page_limit=3`],
    ])('writes a line for %s', async (_title, url) => {
      let ids: string[] = [];
      const lines = await linesOf(async () => {
        const { results } = JSON.parse((await read(url)).text);
        ids = results.map((item: RestRun & RestChange) => item.id ?? item.run.id);
      });
      expect(lines).toMatchObject([{ event: 'payload_read', groups: ['io', 'files'], runs: ids, runCount: 3 }]);
    });

    it.each([
      '/task_run?page_limit=1&search=zzzzzz',
      '/task_run?page_limit=1&fields=core&failure_first_seen_after=2100-01-01',
      '/../../task_run?page_limit=1&fields=core&failure_first_seen_after=2100-01-01',
    ])('writes a line for a page that payload has decided, also where it has no run: %s', async (url) => {
      expect(await linesOf(() => read(url))).toMatchObject([{ event: 'payload_queried', runCount: 0 }]);
    });

    it.each(['/task_run/report', `/../../task_run/report?created_after=2024-01-01`])(
      'writes a line for a report, which kinds of failures decide: %s',
      async (url) => {
        expect(await linesOf(() => read(url))).toMatchObject([{ event: 'payload_queried', groups: [], runCount: 0 }]);
      },
    );

    it('has no line for the report of a caller who sees no payload', async () => {
      await gateway.query(
        "INSERT INTO access_grant VALUES ('organization', $1, 'user', 'audited-analyst', 'analyst')",
        [orgId],
      );
      expect(await linesOf(() => read('/task_run/report', { as: 'audited-analyst' }))).toEqual([]);
    });

    it.each(['credit_report', 'token_report', 'timing_report', 'usage_report'])(
      'has no line for the %s',
      async (report) => {
        const lines = await linesOf(async () => {
          const { response } = await read(`/task/${taskId}/${report}`);
          expect(response.status).toBe(200);
        });
        expect(lines).toEqual([]);
      },
    );

    it('writes a line for the bytes of a file, by a token and by a link', async () => {
      const { taskRun } = await gateway.dataOf(one('files { name sizeBytes downloadUrl }'), { as });
      const [{ name, sizeBytes, downloadUrl }] = taskRun.files;
      const file = `${runUrl(gateway, run)}/file/${name}`;
      expect(await linesOf(() => read(file))).toMatchObject([
        { entry: 'rest', groups: ['files'], runs: [id], subject: as, bytes: sizeBytes },
      ]);
      expect(await linesOf(() => read(file, { headers: { range: 'bytes=0-1' } }))).toMatchObject([
        { bytes: sizeBytes },
      ]);
      const [line, ...others] = await linesOf(() => fetch(downloadUrl).then((response) => response.arrayBuffer()));
      expect(others).toEqual([]);
      expect(line).toMatchObject({ entry: 'link', groups: ['files'], runs: [id], bytes: sizeBytes });
      expect(line!.linkSubject).toMatch(/./);
      expect([line!.subject, line!.issuer]).toEqual([undefined, undefined]);
    });

    describe.each(['a token', 'a link'])('by %s', (by) => {
      let file: string;
      let sizeBytes: number;
      beforeAll(async () => {
        const { taskRun } = await gateway.dataOf(one('files { name sizeBytes downloadUrl }'), { as });
        const [{ name, downloadUrl }] = taskRun.files;
        sizeBytes = taskRun.files[0].sizeBytes;
        file = by === 'a link' ? downloadUrl : `${runUrl(gateway, run)}/file/${name}`;
      });

      /** Returns the status of a request and its lines. */
      async function ask(method: string, headers: Record<string, string> = {}) {
        let status = 0;
        const lines = await linesOf(async () => {
          ({ status } = (await read(file, { method, headers })).response);
        });
        return { status, lines };
      }
      const line = (event: string) => {
        const known = {
          event,
          operation: expect.stringContaining('/file/'),
          groups: ['files'],
          runs: [id],
          runCount: 1,
        };
        const caller = by === 'a link' ? { linkSubject: expect.any(String) } : { subject: as };
        return { ...known, ...caller, entry: by === 'a link' ? 'link' : 'rest', bytes: sizeBytes };
      };

      it('writes a line of a read for the bytes of a file, or a part of them', async () => {
        expect(await ask('GET')).toMatchObject({ status: 200, lines: [line('payload_read')] });
        const part = await ask('GET', { range: 'bytes=0-1' });
        expect(part).toMatchObject({ status: 206, lines: [line('payload_read')] });
      });

      it('writes a line of a query for the headers of a file, for its version, and for a part after its end', async () => {
        const etag = (await read(file)).response.headers.get('etag')!;
        const queried = [line('payload_queried')];
        expect(await ask('HEAD')).toMatchObject({ status: 200, lines: queried });
        for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
          for (const method of ['GET', 'HEAD'])
            expect(await ask(method, { 'if-none-match': known })).toMatchObject({ status: 304, lines: queried });
        }
        const range = `bytes=${sizeBytes}-`;
        expect(await ask('GET', { range })).toMatchObject({ status: 416, lines: queried });
        expect(await ask('GET', { range, 'if-none-match': etag })).toMatchObject({ status: 304, lines: queried });
      });
    });

    it('writes a line of a query for the name of a file that the run does not have', async () => {
      const lines = await linesOf(async () => {
        expect((await read(`${runUrl(gateway, run)}/file/no-such-file`)).response.status).toBe(404);
      });
      expect(lines).toMatchObject([
        { event: 'payload_queried', entry: 'rest', groups: ['files'], runs: [id], bytes: 0 },
      ]);
    });

    it.each(['csv', 'ndjson', 'parquet'])(
      'has a line when an export as %s begins, and for each page',
      async (format) => {
        const url = `/task/${taskId}/run/export?format=${format}&fields=core,io,files&status=SUCCESS`;
        let count = 0;
        const [begin, ...pages] = await linesOf(async () => {
          await read(url);
          count =
            (await read(`${url.replace(format, 'ndjson').replace('io,files', 'usage')}`)).text.split('\n').length - 1;
        });
        expect(begin).toMatchObject({
          event: 'payload_read',
          runCount: 0,
          filters: ['status'],
          groups: ['io', 'files'],
        });
        expect(pages.reduce((sum, { runCount }) => sum + runCount, 0)).toBe(count);
        expect(new Set(pages.map(({ filters }) => filters))).toEqual(new Set([undefined]));
      },
    );

    it('writes no line for an export without payload, and one of its kind where payload has decided', async () => {
      expect(await linesOf(() => read(`/task/${taskId}/run/export?fields=core,usage`))).toEqual([]);
      const [begin, ...pages] = await linesOf(() => read(`/task/${taskId}/run/export?fields=core&has_response=true`));
      expect(begin).toMatchObject({ event: 'payload_queried', filters: ['hasResponse'] });
      expect(pages.every(({ event }) => event === 'payload_queried')).toBe(true);
    });
  });

  describe('of streams', () => {
    const subscription = (fields: string, filter = '') => `subscription {
      taskRunChanged(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"${filter}) { run { ${fields} } } }`;
    const change = () => gateway.query('UPDATE task_run SET reference = $2 WHERE id = $1', [id, `${Math.random()}`]);

    it('writes a line when a WebSocket begins one, and before each event', async () => {
      const client = await openAs(gateway, as);
      const lines = await linesOf(async () => {
        client.send({ type: 'subscribe', id: '1', payload: { query: subscription('id response') } });
        await client.next(({ type }) => type === 'next');
        await change();
        await client.next(({ payload }) => payload?.data.taskRunChanged.run);
      });
      client.socket.close();
      expect(lines).toMatchObject([
        { event: 'payload_read', entry: 'websocket', runCount: 0, filters: [] },
        { event: 'payload_read', entry: 'websocket', runs: [id], groups: ['io'] },
      ]);
    });

    it('writes a line for a query of a WebSocket', async () => {
      const client = await openAs(gateway, as);
      const lines = await linesOf(async () => {
        client.send({ type: 'subscribe', id: '1', payload: { query: one('response') } });
        await client.next(({ type }) => type === 'complete');
      });
      client.socket.close();
      expect(lines).toMatchObject([{ entry: 'websocket', runs: [id] }]);
    });

    it('writes none for a stream of usage', async () => {
      const client = await openAs(gateway, as);
      const lines = await linesOf(async () => {
        client.send({ type: 'subscribe', id: '1', payload: { query: subscription('id created') } });
        await client.next(({ type }) => type === 'next');
        await change();
        await client.next(({ payload }) => payload?.data.taskRunChanged.run);
      });
      client.socket.close();
      expect(lines).toEqual([]);
    });

    it('writes lines for events by callbacks', async () => {
      const extensions = {
        subscription: {
          callbackUrl: `http://127.0.0.1:${(router.address() as AddressInfo).port}/`,
          subscriptionId: 'a',
          verifier: 'v',
        },
      };
      const lines = await linesOf(async () => {
        await read(`${gateway.url}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json;callbackSpec=1.0, application/json',
          },
          body: JSON.stringify({ query: subscription('id response', ', filter: { hasResponse: true }'), extensions }),
        });
        await change();
        const isEvent = ({ payload }: CallbackMessage) => payload?.data.taskRunChanged?.run;
        await eventually(async () => expect(posted.some(isEvent)).toBe(true));
      });
      expect(lines).toMatchObject([
        { entry: 'callback', filters: ['hasResponse'], groups: ['io'] },
        { entry: 'callback', runs: [id] },
      ]);
    });

    it('writes lines for the events of REST', async () => {
      const lines = await linesOf(async () => {
        const abort = new AbortController();
        const response = await rest(`/task/${taskId}/run/changes`, {
          headers: { accept: 'text/event-stream' },
          signal: abort.signal,
        });
        const events = eventsOf(response);
        await change();
        while ((await nextEvent(events)).event !== 'run');
        abort.abort();
      });
      // The callback stream continues.
      expect(lines.filter(({ entry }) => entry !== 'callback')).toMatchObject([
        { entry: 'rest', runCount: 0, groups: ['io', 'files'] },
        { entry: 'rest', runs: [id], groups: ['io', 'files'] },
      ]);
    });
  });

  describe('of tools', () => {
    const send = (method: string, params: object) =>
      read(`${gateway.url}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      });
    const call = (name: string, args: object) => send('tools/call', { name, arguments: args });

    it('writes a line with the name of the tool, and none for usage', async () => {
      const lines = await linesOf(async () => {
        await call('get_run', { id });
        await call('whoami', {});
        await call('compare_runs', { id, otherId: id });
        await call('failures', { orgId, projectId, taskId });
        await call('filter_values', { orgId, projectId, taskId, dimension: 'REVISION' });
      });
      expect(lines).toMatchObject([
        { event: 'payload_read', entry: 'mcp', operation: 'get_run', runs: [id] },
        { event: 'payload_read', entry: 'mcp', operation: 'compare_runs', runs: [id] },
        { event: 'payload_queried', entry: 'mcp', operation: 'failures' },
      ]);
    });

    it('writes a line for each piece of a resource, with its template', async () => {
      const lines = await linesOf(async () => {
        for (const part of ['', '/response', '/files'])
          await send('resources/read', { uri: `task-run://${id}${part}` });
      });
      expect(lines).toMatchObject([
        { entry: 'mcp', operation: 'task-run://{id}', groups: ['io', 'files'], runs: [id] },
        { entry: 'mcp', operation: 'task-run://{id}/response', groups: ['io'], runs: [id] },
        { entry: 'mcp', operation: 'task-run://{id}/files', groups: ['files'], runs: [id] },
      ]);
    });

    it('names only the runs of the page that is sent, if it had to be shorter', async () => {
      const lines = await linesOf(() => call('list_runs', { orgId, projectId, first: 100 }));
      expect(lines).toMatchObject([{ operation: 'list_runs', runCount: expect.any(Number) }]);
      const { text } = await call('list_runs', { orgId, projectId, first: 100 });
      const { nodes } = JSON.parse(text).result.structuredContent.data.taskRuns;
      expect(nodes.length).toBeLessThan(100);
      expect(lines[0]!.runCount).toBe(nodes.length);
    });
  });
});

it('writes the members that are documented', async () => {
  await read(runUrl(gateway, run));
  const documented = Object.keys(JSON.parse(block('audit-line').text));
  expect(Object.keys(allLines().at(-1)!)).toEqual(documented);
  const members = tableRows('docs/operating.md', 'The audit log', 'member').flatMap(([cell]) => codesIn(cell!));
  const linkMembers = ['share', 'expires', 'payload'];
  expect(new Set(members)).toEqual(new Set([...documented, 'traceId', 'linkSubject', 'filters', ...linkMembers]));
});

describe('an audit log on a full disk', () => {
  let full: Gateway;
  beforeAll(async () => {
    full = await startGateway({ environment: { AUDIT_LOG: '/dev/full', MCP: 'on' } });
  });
  afterAll(() => full.close());

  const unavailable = { code: 'SERVICE_UNAVAILABLE', reason: 'AUDIT_UNAVAILABLE', status: 503, retryAfter: 1 };

  it('keeps payload back over GraphQL, and sends usage', async () => {
    const answer = await full.ask(one('response'), { as });
    expect(answer).toMatchObject({ status: 503, errors: [{ extensions: unavailable }] });
    expect(answer.data ?? null).toBeNull();
    expect(await full.dataOf(one('id'), { as })).toEqual({ taskRun: { id } });
    expect((await full.ask(list('hasResponse: true', 'totalCount'), { as })).status).toBe(503);
  });

  it('keeps payload back over REST', async () => {
    const base = `${full.url}/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run`;
    const { taskRun } = await gateway.dataOf(one('files { name }'), { as });
    const [{ name }] = taskRun.files;
    for (const url of [
      `${base}/${id}`,
      `${base}?page_limit=1`,
      `${base}/changes?page_limit=1`,
      `${base}/export?fields=io`,
      `${base}/${id}/file/${name}`,
    ]) {
      const response = await requestRest(full, url, { as });
      expect([url, response.status]).toEqual([url, 503]);
      expect(await response.text()).toContain('AUDIT_UNAVAILABLE');
    }
    expect((await requestRest(full, `${base}/export?fields=core`, { as })).status).toBe(200);
  });

  it('keeps payload back from tools and resources, which have the error', async () => {
    const send = async (method: string, params: object) => {
      const response = await requestRest(full, `${full.url}/mcp`, {
        as,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      });
      return (await response.json()) as ToolMessage;
    };
    const { result } = await send('tools/call', { name: 'get_run', arguments: { id } });
    expect(result.isError).toBe(true);
    expect(result.structuredContent).toEqual({
      errors: [{ message: expect.any(String), extensions: expect.objectContaining(unavailable) }],
    });
    expect(JSON.parse(result.content[0].text)).toEqual(result.structuredContent);
    const { error } = await send('resources/read', { uri: `task-run://${id}` });
    const { status: _, ...data } = unavailable;
    expect(error).toEqual({ code: -32603, message: result.structuredContent.errors[0].message, data });
    expect((await send('tools/call', { name: 'whoami', arguments: {} })).result.isError).toBeUndefined();
  });

  it('keeps back what HEAD, 304 and 416 tell of payload', async () => {
    const base = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run`;
    const { taskRun } = await gateway.dataOf(one('files { name sizeBytes }'), { as });
    const [{ name, sizeBytes }] = taskRun.files;
    const file = `${base}/${id}/file/${name}`;
    const operation = `/graphql?query=${encodeURIComponent(one('response'))}`;
    const ask = (url: string, init: RequestInit) => requestRest(full, full.url + url, { as, ...init });
    const responses = await Promise.all([
      ...[`${base}/${id}`, `${base}?page_limit=1`, `${base}/changes?page_limit=1`, file, operation].map((url) =>
        ask(url, { method: 'HEAD' }),
      ),
      ...[`${base}/${id}`, `${base}?page_limit=1`, file].map((url) => ask(url, { headers: { 'if-none-match': '*' } })),
      ask(file, { headers: { range: `bytes=${sizeBytes}-` } }),
      ask(`${base}/${id}/file/no-such-file`, {}),
    ]);
    for (const { status, headers } of responses) {
      expect([status, headers.get('etag'), headers.get('content-range')]).toEqual([503, null, null]);
      expect(headers.get('retry-after')).toBe('1');
    }
    const bodies = await Promise.all(responses.map((response) => response.text()));
    expect(bodies.filter((text) => text !== '').every((text) => text.includes('AUDIT_UNAVAILABLE'))).toBe(true);
    expect((await ask(`${base}/export`, { method: 'HEAD' })).status).toBe(200);
  });

  it('rejects streams of payload, over WebSockets and REST', async () => {
    const client = await openAs(full, as);
    const query = `subscription { taskRunChanged(orgId: "${orgId}", projectId: "${projectId}") { run { response } } }`;
    client.send({ type: 'subscribe', id: '1', payload: { query } });
    const { payload } = await client.next(({ type }) => type === 'error');
    client.socket.close();
    expect(payload[0].extensions).toMatchObject(unavailable);
    const response = await requestRest(full, `${full.url}/api/v1/org/${orgId}/project/${projectId}/task_run/changes`, {
      as,
      headers: { accept: 'text/event-stream' },
    });
    expect(response.status).toBe(503);
    await response.body?.cancel();
  });

  it('keeps ready, says that the audit log fails, and counts what it kept back', async () => {
    await full.ask(one('response'), { as });
    const ready = await fetch(`${full.url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, JSON.parse(block('audit-failing').text)]);
    const metrics = await (await fetch(`${full.url}/metrics`)).text();
    expect(Number(/^gateway_audit_failures_total (\d+)$/m.exec(metrics)![1])).toBeGreaterThan(0);
  });
});
