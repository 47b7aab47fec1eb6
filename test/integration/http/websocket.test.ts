import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { eventually } from '../../support/eventually.js';
import { sendRaw } from '../../support/raw-request.js';
import { useGateway, useOwnGateway } from '../../support/start-gateway.js';
import { openAs, openWebSocket } from '../../support/websocket-client.js';

const subscribe = (id: string, query: string, more: object = {}) => ({
  type: 'subscribe',
  id,
  payload: { query, ...more },
});
const isOfType = (type: string) => (message: { type: string }) => message.type === type;

describe('a WebSocket', () => {
  const gateway = useGateway();

  it('returns the same response to a query as HTTP', async () => {
    const query = 'query Me($n: Boolean!) { viewer { subject @include(if: $n) } }';
    const client = await openAs(gateway, 'ada');
    client.send(subscribe('a', query, { operationName: 'Me', variables: { n: true } }));
    expect(await client.next(isOfType('next'))).toEqual({
      type: 'next',
      id: 'a',
      payload: { data: { viewer: { subject: 'ada' } } },
    });
    expect(await client.next(isOfType('complete'))).toEqual({ type: 'complete', id: 'a' });
    client.socket.close();
  });

  it('accepts the token in the header of its upgrade', async () => {
    const client = await openWebSocket(gateway, {
      headers: { authorization: `Bearer ${await gateway.tokenFor('ben')}` },
    });
    client.send({ type: 'connection_init' });
    await client.next(isOfType('connection_ack'));
    client.send(subscribe('a', '{ viewer { subject } }'));
    expect((await client.next(isOfType('next'))).payload.data).toEqual({ viewer: { subject: 'ben' } });
    client.socket.close();
  });

  it.each([
    ['`headers.Authorization`', false, (token: string) => ({ headers: { Authorization: token } })],
    ['`Headers.AUTHORIZATION`', false, (token: string) => ({ Headers: { AUTHORIZATION: token } })],
    ['the header of its upgrade and `authorization`', true, (token: string) => ({ authorization: token })],
    [
      'the header of its upgrade, `Authorization` and `headers.authorization`',
      true,
      (token: string) => ({ Authorization: token.replace('Bearer', 'bearer'), headers: { authorization: token } }),
    ],
  ])('accepts the token in %s', async (_where, isInUpgrade, payload) => {
    const authorization = `Bearer ${await gateway.tokenFor('ben')}`;
    const client = await openWebSocket(gateway, { headers: isInUpgrade ? { authorization } : {} });
    client.send({ type: 'connection_init', payload: payload(authorization) });
    await client.next(({ type }) => type === 'connection_ack');
    client.send(subscribe('a', '{ viewer { subject } }'));
    expect((await client.next(isOfType('next'))).payload.data).toEqual({ viewer: { subject: 'ben' } });
    client.socket.close();
  });

  it('closes with 4401 for different tokens, each of which would be accepted', async () => {
    const [one, other] = await Promise.all(
      ['ada', 'ben'].map(async (name) => `Bearer ${await gateway.tokenFor(name)}`),
    );
    for (const [authorization, payload] of [
      [one, { authorization: other }],
      [one, { headers: { Authorization: other } }],
      [undefined, { authorization: one, headers: { Authorization: other } }],
    ] as const) {
      const client = await openWebSocket(gateway, { headers: authorization ? { authorization } : {} });
      client.send({ type: 'connection_init', payload });
      expect((await client.closed).code).toBe(4401);
    }
  });

  it.each([
    ['a document that does not parse', '{', 'GRAPHQL_PARSE_FAILED'],
    ['a document that is not valid', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a document with too many lines', `{ viewer { subject } }${'\n'.repeat(10_001)}`, 'UNPROCESSABLE_ENTITY'],
    ['no document', '', 'BAD_REQUEST'],
  ])('rejects %s by an error of its operation', async (_what, query, code) => {
    const client = await openAs(gateway, 'ada');
    client.send(subscribe('a', query));
    const { payload } = await client.next(isOfType('error'));
    expect(payload[0].extensions.code).toBe(code);
    client.send(subscribe('b', '{ viewer { subject } }'));
    await client.next(isOfType('next'));
    client.socket.close();
  });

  it('serves the client of graphql-ws', async () => {
    const client = createClient({
      url: `${gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: async () => ({ Authorization: `Bearer ${await gateway.tokenFor('ada')}` }),
    });
    const results = [];
    for await (const result of client.iterate({ query: '{ viewer { subject } }' })) results.push(result);
    expect(results).toEqual([{ data: { viewer: { subject: 'ada' } } }]);
    await client.dispose();
  });

  it.each([
    ['without a token', {}],
    ['with a token that is none', { authorization: 'Bearer nonsense' }],
    ['with two tokens', { authorization: 'Bearer a', Authorization: 'Bearer b' }],
  ])('closes with 4401 %s, whatever else it sends', async (_how, payload) => {
    const client = await openWebSocket(gateway);
    client.send({ type: 'connection_init', payload });
    client.send(subscribe('a', '{ viewer { subject } }'));
    expect((await client.closed).code).toBe(4401);
    expect(client.messages).toEqual([]);
  });

  it('closes with 4401 when its token expires', async () => {
    const token = await gateway.issuer.sign({ subject: 'ada', expiresInSeconds: 1 });
    const client = await openAs(gateway, 'ada', token);
    expect(await client.closed).toEqual({ code: 4401, reason: 'Token expired' });
  });

  it.each([
    ['an operation before its token', subscribe('a', '{ viewer { subject } }'), 4401],
    ['no JSON', '{', 4400],
    ['no message', '[]', 4400],
    ['a message without a type', '{}', 4400],
    ['a message that only servers send', { type: 'next', id: 'a', payload: {} }, 4400],
    ['an operation without a document', { type: 'subscribe', id: 'a', payload: {} }, 4400],
    ['a message larger than a body may be', `"${'a'.repeat(1_048_577)}"`, 1009],
  ])('closes for %s', async (_what, message, code) => {
    const client = await openWebSocket(gateway);
    client.send(message);
    expect((await client.closed).code).toBe(code);
  });

  it('closes for a binary message', async () => {
    const client = await openWebSocket(gateway);
    client.socket.send(Buffer.from('{"type":"ping"}'));
    expect((await client.closed).code).toBe(4400);
  });

  it('closes for a malformed frame', async () => {
    const client = await openWebSocket(gateway);
    // Clients must mask their frames.
    (client.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from([0x81, 0x01, 0x61]),
    );
    expect((await client.closed).code).toBe(1002);
  });

  it('closes for a second token, and for a second operation of one id', async () => {
    const again = await openAs(gateway, 'ada');
    again.send({ type: 'connection_init' });
    expect((await again.closed).code).toBe(4429);
    // A subscription that does not end on its own.
    const { orgId, projectId } = demoPlaces.richRun;
    const query = `subscription { taskRunChanged(orgId: "${orgId}", projectId: "${projectId}") { cursor } }`;
    const twice = await openAs(gateway, demoSubjects.owner);
    twice.send(subscribe('a', query));
    twice.send(subscribe('a', query));
    expect((await twice.closed).code).toBe(4409);
  });

  it('closes for another protocol', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`);
    const [code] = await once(socket, 'close');
    expect(code).toBe(4406);
  });

  it('responds to pings', async () => {
    const client = await openWebSocket(gateway);
    client.send({ type: 'ping', payload: { at: 1 } });
    expect(await client.next(isOfType('pong'))).toEqual({ type: 'pong', payload: { at: 1 } });
    client.socket.close();
  });

  it('closes with 4400 for an eleventh message before its token was accepted', async () => {
    const client = await openWebSocket(gateway);
    for (let count = 0; count < 100; count += 1) client.send({ type: 'ping' });
    expect(await client.closed).toEqual({ code: 4400, reason: 'Too many messages before the token' });
    expect(client.messages).toEqual(Array(10).fill({ type: 'pong' }));
  });

  it('rejects operations beyond a hundred at a time, and takes others once they have ended', async () => {
    const { orgId, projectId } = demoPlaces.richRun;
    const query = `subscription { taskRunChanged(orgId: "${orgId}", projectId: "${projectId}") { cursor } }`;
    const client = await openAs(gateway, demoSubjects.owner);
    for (let id = 0; id < 100; id += 1) client.send(subscribe(String(id), query));
    client.send(subscribe('surplus', '{ viewer { subject } }'));
    const { payload } = await client.next(({ id }) => id === 'surplus');
    expect(payload[0].extensions.code).toBe('RATE_LIMITED');
    client.send({ type: 'complete', id: '0' });
    await eventually(async () => {
      client.send(subscribe('last', '{ viewer { subject } }'));
      expect((await client.next(({ id, type }) => id === 'last' && type !== 'complete')).type).toBe('next');
    });
    client.socket.close();
  });

  it('leaves a log line when it ends, and its rejected token one as a denied access', async () => {
    const client = await openWebSocket(gateway, { headers: { 'x-request-id': 'websocket-of-the-log' } });
    client.send({ type: 'connection_init' });
    await client.closed;
    await eventually(async () => {
      const lines = (await gateway.logLines()).filter(({ reqId }) => reqId === 'websocket-of-the-log');
      expect(lines).toMatchObject([
        { event: 'access_denied', reason: 'MISSING_AUTHENTICATION', address: '127.0.0.1' },
        { msg: 'websocket', closeCode: 4401, codes: { UNAUTHENTICATED: 1 } },
      ]);
    });
  });
});

describe('a request that offers to upgrade', () => {
  const gateway = useGateway();
  const portOf = () => Number(new URL(gateway.url).port);
  const handshake = (path: string, ...headers: string[]) =>
    [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: upgrade', 'Upgrade: websocket', ...headers, '', ''].join('\r\n');

  it.each([
    ['another path', handshake('/api'), 404],
    ['a URL that is too long', handshake(`/graphql?${'a'.repeat(8192)}`), 414],
    ['no key', handshake('/graphql', 'Sec-WebSocket-Version: 13'), 400],
  ])('fails for %s', async (_what, request, status) => {
    const { statuses, text } = await sendRaw(portOf(), request);
    expect(statuses).toEqual([status]);
    expect(text).toMatch(/\r\n\r\n\{"detail":\{"message":".+","reason":"\w+"\}\}$/);
  });

  it('gets a response in HTTP/1.1 for another protocol, its body included', async () => {
    const body = JSON.stringify({ query: '{ viewer { subject } }' });
    const { statuses, text } = await sendRaw(
      portOf(),
      [
        'POST /graphql HTTP/1.1',
        'Host: x',
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
        `Authorization: Bearer ${await gateway.tokenFor('ada')}`,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
    expect(statuses).toEqual([200]);
    expect(text).toMatch(/\{"data":\{"viewer":\{"subject":"ada"\}\}\}$/);
  });
});

describe('a gateway that shuts down', () => {
  const gateway = useOwnGateway();

  it('closes its WebSockets with a code', async () => {
    const client = await openAs(gateway, 'ada');
    await gateway.close();
    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    gateway.close = async () => {};
  });
});
