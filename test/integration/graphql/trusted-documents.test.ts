import { rmSync } from 'node:fs';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { pagesClientName } from '../../../src/http/paths.js';
import { folderOf, manifestOf, sha256Of } from '../../support/document-lists.js';
import type { GraphqlBody } from '../../support/responses.js';
import { type Gateway, useOwnGateway } from '../../support/start-gateway.js';
import { openAs } from '../../support/websocket-client.js';

const { orgId, projectId, taskId, id: runId } = demoPlaces.richRun;
const run = `query Run($id: ID!) {
  taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: $id) { id }
}`;
const changes = `subscription Changes {
  taskRunChanged(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}") { cursor }
}
`;
const relayed = 'query Relayed { __typename }';
const free = 'query Free { __typename }';
const listed = folderOf({
  'apollo.json': manifestOf({ name: 'Run', body: run }),
  'relay/persisted.json': { '0f343b0931126a20f133d67c2b018a3b': relayed },
  'changes.graphql': changes,
  'README.md': 'Not a list.',
});
afterAll(() => rmSync(listed, { recursive: true }));

const variables = { id: runId };
const as = demoSubjects.viewer;
const exempt = 'task-run-gateway-demo';

/** Posts an arbitrary body. */
async function post(gateway: Gateway, body: object, { subject = as, headers = {} } = {}) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await gateway.tokenFor(subject)}`,
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const { data, errors } = (await response.json()) as Partial<GraphqlBody>;
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    data,
    code: errors?.[0].extensions.code,
    errors,
  };
}

async function get(gateway: Gateway, path: string, accept = 'application/json') {
  const headers = { accept, authorization: `Bearer ${await gateway.tokenFor(as)}` };
  const response = await fetch(`${gateway.url}${path}`, { headers });
  const { data, errors } = (await response.json()) as Partial<GraphqlBody>;
  return { status: response.status, data, code: errors?.[0].extensions.code };
}

const persisted = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });
const start = (mode: string, more = {}) =>
  useOwnGateway({ environment: { TRUSTED_DOCUMENTS: listed, TRUSTED_DOCUMENTS_MODE: mode, ...more } });

const testDocumentLookup = (gateway: Gateway) => {
  it('a document is found by its id, with and without the name of the digest, in every form of a request', async () => {
    const hash = sha256Of(run);
    const search = `variables=${encodeURIComponent(JSON.stringify(variables))}`;
    const extensions = encodeURIComponent(JSON.stringify(persisted(hash).extensions));
    const answers = [
      await post(gateway, { documentId: hash, variables }),
      await post(gateway, { documentId: `sha256:${hash}`, variables, operationName: 'Run' }),
      await post(gateway, { ...persisted(hash), variables }),
      await get(gateway, `/graphql?documentId=${hash}&${search}`),
      await get(gateway, `/graphql?extensions=${extensions}&${search}`),
      await get(gateway, `/graphql/${hash}/Run?${search}`),
      await get(gateway, `/graphql/sha256:${hash}/Run?${search}`, 'text/html,*/*;q=0.8'),
    ];
    for (const { status, data } of answers) expect([status, data]).toEqual([200, { taskRun: { id: runId } }]);
    for (const id of ['0f343b0931126a20f133d67c2b018a3b', sha256Of(relayed)]) {
      expect((await post(gateway, { documentId: id })).data).toEqual({ __typename: 'Query' });
    }
    const { code } = await get(gateway, `/graphql/${hash}/Other?${search}`);
    expect(code).toBe('OPERATION_RESOLUTION_FAILURE');
  });

  it('a document is found over a WebSocket and for a stream, too', async () => {
    const client = await openAs(gateway, as);
    for (const payload of [{ documentId: sha256Of(run) }, { query: '', ...persisted(sha256Of(run)) }]) {
      client.send({ id: '1', type: 'subscribe', payload: { ...payload, variables } });
      expect((await client.next(({ type }) => type === 'next')).payload.data).toEqual({ taskRun: { id: runId } });
      await client.next(({ type }) => type === 'complete');
    }
    client.socket.close();
    await client.closed;
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${await gateway.tokenFor(as)}` };
    const byPost = { method: 'POST', body: JSON.stringify({ documentId: sha256Of(changes) }) };
    for (const [path, init] of [
      [`/graphql/${sha256Of(changes)}/Changes`, { headers }],
      ['/graphql', { ...byPost, headers: { ...headers, 'content-type': 'application/json' } }],
    ] as const) {
      const response = await fetch(`${gateway.url}${path}`, init);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/event-stream; charset=utf-8',
      ]);
      await response.body!.cancel();
    }
  });

  it('an id together with a text is rejected, and an id that is not text', async () => {
    expect(await post(gateway, { documentId: sha256Of(run), query: run, variables })).toMatchObject({
      status: 200,
      code: 'CANNOT_SEND_PQ_ID_AND_BODY',
      data: undefined,
    });
    const { code, errors } = await post(gateway, { documentId: 7 });
    expect([code, errors![0].extensions.detail[0].loc]).toEqual(['UNPROCESSABLE_ENTITY', ['documentId']]);
    for (const hash of [7, '', [sha256Of(run)]]) {
      const answer = await post(gateway, {
        extensions: { persistedQuery: { version: 1, sha256Hash: hash } },
        variables,
      });
      expect(answer.errors).toMatchObject([
        { extensions: { detail: [{ loc: ['extensions', 'persistedQuery', 'sha256Hash'] }] } },
      ]);
    }
  });
};

describe('without a list', () => {
  const gateway = useOwnGateway();

  it('ids are those of automatic persisted queries', async () => {
    expect(await post(gateway, { documentId: sha256Of(free) })).toMatchObject({
      status: 200,
      code: 'PERSISTED_QUERY_NOT_FOUND',
    });
    expect((await post(gateway, { query: free, ...persisted(sha256Of(free)) })).data).toEqual({ __typename: 'Query' });
    expect((await post(gateway, { documentId: `sha256:${sha256Of(free)}` })).data).toEqual({ __typename: 'Query' });
  });
});

describe('TRUSTED_DOCUMENTS_MODE=log', () => {
  const gateway = start('log');
  testDocumentLookup(gateway);

  it('lets every document through, and logs those that are not listed', async () => {
    for (const query of [run, free, free]) await gateway.ask(query, { as, variables: { id: runId } });
    await post(gateway, { query: `# Registers.\n${free}`, ...persisted(sha256Of(`# Registers.\n${free}`)) });
    const lines = (await gateway.logLines()).filter(({ msg }) => msg === 'a document is not listed');
    expect(lines.map(({ documentId }) => documentId)).toEqual(
      [free, free, `# Registers.\n${free}`].map((text) => `sha256:${sha256Of(text)}`),
    );
  });
});

describe('TRUSTED_DOCUMENTS_MODE=safelist', () => {
  const gateway = start('safelist');
  testDocumentLookup(gateway);

  it('accepts the text of a listed document, also written differently, and no other', async () => {
    for (const query of [run, `# A comment.\n${run.replaceAll('\n', ' ')}`]) {
      expect((await post(gateway, { query, variables })).data).toEqual({ taskRun: { id: runId } });
    }
    for (const query of [free, run.replace('{ id }', '{ id created }'), '{']) {
      expect(await post(gateway, { query, variables })).toMatchObject({ status: 200, code: 'QUERY_NOT_IN_SAFELIST' });
    }
  });

  it('registers no document, and finds only listed ones', async () => {
    const both = await post(gateway, { query: free, ...persisted(sha256Of(free)) });
    expect(both.code).toBe('CANNOT_SEND_PQ_ID_AND_BODY');
    for (const body of [persisted(sha256Of(free)), { documentId: sha256Of(free) }]) {
      expect((await post(gateway, body)).code).toBe('PERSISTED_QUERY_NOT_IN_LIST');
    }
    expect(await get(gateway, `/graphql/${sha256Of(free)}/Free`)).toMatchObject({
      code: 'PERSISTED_QUERY_NOT_IN_LIST',
    });
    expect((await get(gateway, `/graphql?query=${encodeURIComponent(free)}`)).code).toBe('QUERY_NOT_IN_SAFELIST');
  });
});

describe('TRUSTED_DOCUMENTS_MODE=require', () => {
  const gateway = start('require');
  testDocumentLookup(gateway);

  it('rejects every text, however it comes', async () => {
    for (const query of [run, free]) {
      expect(await post(gateway, { query, variables })).toMatchObject({
        status: 200,
        code: 'PERSISTED_QUERY_ID_REQUIRED',
      });
      expect((await get(gateway, `/graphql?query=${encodeURIComponent(query)}`)).code).toBe(
        'PERSISTED_QUERY_ID_REQUIRED',
      );
    }
    const client = await openAs(gateway, as);
    client.send({ id: '1', type: 'subscribe', payload: { query: free } });
    const { payload } = await client.next(({ type }) => type === 'error');
    expect(payload[0].extensions).toMatchObject({ code: 'PERSISTED_QUERY_ID_REQUIRED', status: 400 });
    client.socket.close();
    await client.closed;
  });

  it('returns a status of HTTP where plain JSON is not acceptable, and JSON where it is', async () => {
    const ask = (accept: string) => post(gateway, { query: free }, { headers: { accept } });
    expect(await ask('application/graphql-response+json')).toMatchObject({
      status: 400,
      type: 'application/graphql-response+json; charset=utf-8',
    });
    for (const accept of ['*/*', 'application/graphql-response+json, application/json;q=0.1']) {
      expect(await ask(accept)).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' });
    }
  });

  it('lets only owners use the pages of the gateway', async () => {
    const headers = { 'apollographql-client-name': pagesClientName };
    const ask = (subject: string, headers = {}) => post(gateway, { query: free }, { subject, headers });
    expect((await ask(demoSubjects.owner, headers)).data).toEqual({ __typename: 'Query' });
    for (const { code } of [await ask(demoSubjects.owner), await ask(demoSubjects.viewer, headers)]) {
      expect(code).toBe('PERSISTED_QUERY_ID_REQUIRED');
    }
  });

  it('keeps documents that owners registered there to owners', async () => {
    const headers = { 'apollographql-client-name': pagesClientName };
    const hash = sha256Of(free);
    const registered = await post(
      gateway,
      { query: free, ...persisted(hash) },
      { subject: demoSubjects.owner, headers },
    );
    expect(registered.data).toEqual({ __typename: 'Query' });
    expect((await post(gateway, persisted(hash))).code).toBe('PERSISTED_QUERY_NOT_IN_LIST');
    const singleElementList = { extensions: { persistedQuery: { version: 1, sha256Hash: [hash] } } };
    expect((await post(gateway, singleElementList)).data).toBeUndefined();
  });

  it('labels operations only by listed names', async () => {
    await post(gateway, { documentId: sha256Of(run), variables });
    await post(
      gateway,
      { query: free },
      { subject: demoSubjects.owner, headers: { 'apollographql-client-name': pagesClientName } },
    );
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/^gateway_trusted_operations_total\{operation="Run"\} \d+$/m);
    expect(metrics).not.toContain('Free');
  });
});

describe('an exempt client', () => {
  const gateway = start('require', { TRUSTED_DOCUMENTS_EXEMPT: `router,${exempt}` });

  it('sends any document, and registers documents', async () => {
    expect((await post(gateway, { query: free })).data).toEqual({ __typename: 'Query' });
    expect((await post(gateway, { query: free, ...persisted(sha256Of(free)) })).data).toEqual({ __typename: 'Query' });
    expect((await post(gateway, persisted(sha256Of(free)))).data).toEqual({ __typename: 'Query' });
    expect((await post(gateway, { documentId: sha256Of(run), variables })).data).toEqual({ taskRun: { id: runId } });
  });
});
