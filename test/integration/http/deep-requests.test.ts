// JSON and documents that are nested too deeply, in every part of a request that accepts them. The parsers and checks
// in libraries are recursive.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useOwnGateway } from '../../support/start-gateway.js';
import { openAs } from '../../support/websocket-client.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const path = `orgId: "${orgId}", projectId: "${projectId}"`;
const filtered = `query ($filter: TaskRunFilter) { taskRuns(${path}, filter: $filter) { totalCount } }`;
const followed = `subscription ($filter: TaskRunFilter) { taskRunChanged(${path}, filter: $filter) { cursor } }`;
const nested = (levels: number, open: string, inside: string, close: string) =>
  open.repeat(levels) + inside + close.repeat(levels);
const depths = [65, 900, 1900, 100_000];
/** Deeper documents exceed the size limit for a body. */
const maxDocumentDepth = 9000;
const filterOf = (depth: number) => nested(depth, '{"NOT":', '{"status":"FAIL"}', '}');
const taskRun = `taskRun(${path}, taskId: "${taskId}", id: "${id}")`;

/** Documents with a given number of levels. */
const documents: Readonly<Record<string, (depth: number) => string>> = {
  relatives: (depth) => `{ ${taskRun} ${nested(depth, '{ next ', '{ id }', '}')} }`,
  'inline fragments': (depth) => `{ ${taskRun} { id ${nested(depth, '... on TaskRun { ', 'id', '}')} } }`,
  'a chain of fragments': (depth) =>
    `{ ${taskRun} { ...f0 } } ${Array.from({ length: depth }, (_, index) => `fragment f${index} on TaskRun { ...f${index + 1} }`).join(' ')} fragment f${depth} on TaskRun { id }`,
  'a literal filter': (depth) => `{ taskRuns(${path}, filter: ${nested(depth, '{ NOT: ', '{}', '}')}) { totalCount } }`,
  'a literal list': (depth) => `{ taskRuns(${path}, filter: { AND: ${nested(depth, '[', '', ']')} }) { totalCount } }`,
  'the type of a variable': (depth) => `query ($a: ${nested(depth, '[', 'Int', ']')}) { viewer { subject } }`,
};

describe('a request that is nested too deep', () => {
  const gateway = useOwnGateway({ environment: { MCP: 'on' } });
  const as = demoSubjects.owner;
  const tooDeep = (subject: string) => expect.stringContaining(`${subject} must not be nested deeper than 64 levels`);

  async function send(url: string, body?: string, headers: Record<string, string> = {}) {
    const authorization = `Bearer ${await gateway.tokenFor(as)}`;
    const response = await fetch(gateway.url + url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body }),
    });
    return { status: response.status, text: await response.text() };
  }
  const bodyOf = (query: string, filter: string) =>
    `{"query":${JSON.stringify(query)},"variables":{"filter":${filter}}}`;
  const rejected = (code: string, message: unknown) => ({
    errors: [{ message, extensions: { code, status: 422 } }],
  });
  const asJson = { accept: 'application/json' };
  const asEvents = { accept: 'text/event-stream' };

  describe.each(depths)('by %d levels', (depth) => {
    const variablesError = rejected('UNPROCESSABLE_ENTITY', tooDeep('The variables'));

    it.each([
      ['POST', '/graphql', filtered, asJson],
      ['only the cost', '/graphql?explain=cost', filtered, asJson],
      ['a stream of events', '/graphql', followed, asEvents],
    ])('names the limit of variables, by %s', async (_entry, url, query, headers) => {
      const { text } = await send(url, bodyOf(query, filterOf(depth)), headers);
      expect(JSON.parse(text)).toMatchObject(variablesError);
    });

    it('names the limit of representations', async () => {
      const query =
        'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';
      const representations = `[{"__typename":"Task","id":${nested(depth, '[', '', ']')}}]`;
      const { text } = await send(
        '/graphql',
        `{"query":"${query}","variables":{"representations":${representations}}}`,
      );
      expect(JSON.parse(text)).toMatchObject(variablesError);
    });

    it.each(Object.keys(documents))('names the limit of documents: %s', async (name) => {
      const query = documents[name]!(Math.min(depth, maxDocumentDepth));
      for (const url of ['/graphql', '/graphql?explain=cost']) {
        const { status, text } = await send(url, JSON.stringify({ query }), asJson);
        expect([status, JSON.parse(text)]).toMatchObject([
          200,
          rejected('GRAPHQL_VALIDATION_FAILED', tooDeep('The document')),
        ]);
      }
    });

    it('names the limit over a WebSocket, which goes on', async () => {
      const client = await openAs(gateway, as);
      const next = () => client.next(({ type }) => type === 'error' || type === 'next');
      const documentBody = JSON.stringify({ query: documents['inline fragments']!(Math.min(depth, maxDocumentDepth)) });
      client.send(`{"type":"subscribe","id":"a","payload":${bodyOf(filtered, filterOf(depth))}}`);
      expect((await next()).payload).toMatchObject(variablesError.errors);
      client.send(`{"type":"subscribe","id":"b","payload":${bodyOf(followed, filterOf(depth))}}`);
      expect((await next()).payload).toMatchObject(variablesError.errors);
      client.send(`{"type":"subscribe","id":"c","payload":${documentBody}}`);
      expect((await next()).payload).toMatchObject([
        { message: tooDeep('The document'), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      ]);
      client.send({ type: 'subscribe', id: 'd', payload: { query: '{ viewer { subject } }' } });
      expect((await next()).payload).toEqual({ data: { viewer: { subject: as } } });
      client.socket.close();
    });

    it('names the limit of variables beside the id of a document over a WebSocket', async () => {
      const client = await openAs(gateway, as);
      const payload = `{"documentId":"${'0'.repeat(64)}","variables":{"filter":${filterOf(Math.min(depth, maxDocumentDepth))}}}`;
      client.send(`{"type":"subscribe","id":"a","payload":${payload}}`);
      expect((await client.next(({ type }) => type === 'error')).payload).toMatchObject(variablesError.errors);
      client.socket.close();
    });

    it('closes a WebSocket whose pong would be nested too deep', async () => {
      const client = await openAs(gateway, as);
      client.send(`{"type":"ping","payload":{"a":${filterOf(Math.min(depth, maxDocumentDepth))}}}`);
      const reason = '`payload` must not be nested deeper than 64 levels.';
      expect(await client.closed).toEqual({ code: 4400, reason });
    });

    it("names the limit of a tool's arguments, and of the rest of a message for tools", async () => {
      const reject = async (loc: readonly string[], members: string) => {
        const headers = { accept: 'application/json, text/event-stream' };
        const { status, text } = await send('/mcp', `{"jsonrpc":"2.0",${members}}`, headers);
        const msg = 'must not be nested deeper than 64 levels';
        expect([status, JSON.parse(text)]).toEqual([422, { detail: [{ loc, msg, type: 'value_error' }] }]);
      };
      const params = `{"name":"list_runs","arguments":{"orgId":"${orgId}","projectId":"${projectId}","filter":${filterOf(depth)}}}`;
      await reject(['body', 'params', 'arguments'], `"id":1,"method":"tools/call","params":${params}`);
      const deepList = nested(depth, '[', '', ']');
      await reject(['body'], `"id":${deepList},"method":"ping"`);
      await reject(['body'], `"id":1,"method":${deepList}`);
      await reject(['body'], `"id":1,"method":"tools/list","params":${deepList}`);
      await reject(['body'], `"id":1,"method":"tools/list","params":{"_meta":{"traceparent":${deepList}}}`);
    });
  });

  it.each([65, 900])('names the limit by GET and in REST, with %d levels', async (depth) => {
    const query = `query=${encodeURIComponent(filtered)}&variables=${encodeURIComponent(`{"filter":${nested(depth, '[', '', ']')}}`)}`;
    for (const headers of [asJson, asEvents]) {
      const { text } = await send(`/graphql?${query}`, undefined, headers);
      expect(JSON.parse(text)).toMatchObject(rejected('UNPROCESSABLE_ENTITY', tooDeep('The variables')));
    }
    const document = encodeURIComponent(`{viewer{subject(a:${nested(depth, '[', '', ']')})}}`);
    expect((await send(`/graphql?query=${document}`, undefined, asJson)).text).toEqual(tooDeep('The document'));
    const filter = encodeURIComponent(nested(depth, '[', '', ']'));
    for (const suffix of ['run', 'run/changes', 'run/export']) {
      const url = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/${suffix}?filter=${filter}`;
      const { status, text } = await send(url);
      expect([status, JSON.parse(text)]).toMatchObject([
        422,
        { detail: [{ loc: ['query', 'filter'], msg: 'must not be nested deeper than 64 levels' }] },
      ]);
    }
  });

  it('meets the same limits as before, with 64 levels', async () => {
    const { text } = await send('/graphql', bodyOf(filtered, filterOf(62)), asJson);
    expect(JSON.parse(text).errors[0].message).toMatch(/must not be nested deeper than 5 levels/);
    const relatives = await send('/graphql', JSON.stringify({ query: documents.relatives!(62) }), asJson);
    expect(JSON.parse(relatives.text)).toMatchObject({ data: { taskRun: expect.any(Object) } });
  });

  it('causes no error of the gateway', async () => {
    const lines = await gateway.logLines();
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter(({ level }) => level === 50)).toEqual([]);
    expect(await gateway.errors()).not.toHaveProperty('INTERNAL_SERVER_ERROR');
  });
});
