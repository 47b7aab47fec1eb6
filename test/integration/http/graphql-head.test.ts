import { demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useGateway } from '../../support/start-gateway.js';

const query = `?query=${encodeURIComponent('{ viewer { subject } }')}`;
const subscription = `?query=${encodeURIComponent('subscription { taskRunChanged(orgId: "1", projectId: "1") { cursor } }')}`;
const volatileHeaders = ['date', 'x-request-id', 'connection', 'keep-alive', 'transfer-encoding'];

describe('/graphql', () => {
  const gateway = useGateway();

  const send = async (method: string, search: string, headers: Record<string, string> = {}) => {
    const authorization = `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`;
    const response = await fetch(`${gateway.url}/graphql${search}`, { method, headers: { authorization, ...headers } });
    const stableHeaders = [...response.headers].filter(([name]) => !volatileHeaders.includes(name));
    return { status: response.status, headers: Object.fromEntries(stableHeaders), body: await response.text() };
  };

  it.each<[string, string, Record<string, string>, number]>([
    ['a query', query, {}, 200],
    ['a query for a client of the newer media type', query, { accept: 'application/graphql-response+json' }, 200],
    ['a document that is invalid', '?query=%7Bnope%7D', { accept: 'application/graphql-response+json' }, 400],
    ['no query', '', {}, 400],
    ['no token', query, { authorization: '' }, 401],
    ['a mutation or subscription', subscription, {}, 405],
  ])('serves HEAD like GET, without a body: %s', async (_what, search, headers, status) => {
    const get = await send('GET', search, headers);
    expect(get.status).toBe(status);
    expect(get.body).not.toBe('');
    expect(await send('HEAD', search, headers)).toEqual({ ...get, body: '' });
  });

  it('serves HEAD with the headers of GraphiQL to a browser', async () => {
    const get = await send('GET', '', { accept: 'text/html', authorization: '' });
    const head = await send('HEAD', '', { accept: 'text/html', authorization: '' });
    expect([head.status, head.body, head.headers['content-type']]).toEqual([
      get.status,
      '',
      'text/html; charset=utf-8',
    ]);
  });

  it('opens no stream for HEAD', async () => {
    const head = await send('HEAD', subscription, { accept: 'text/event-stream' });
    expect(head.body).toBe('');
    expect(head.headers['content-type']).not.toContain('text/event-stream');
  });

  it('lists its methods, also without a token', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers });
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([
      204,
      'GET, HEAD, POST, OPTIONS',
      '',
    ]);
  });
});
