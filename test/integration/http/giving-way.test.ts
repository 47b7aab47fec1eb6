import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { eventually } from '../../support/eventually.js';
import { arrangeLiveTask, livePaths, liveTask, subscription } from '../../support/live-world.js';
import { type Gateway, useGateway, useOwnGateway } from '../../support/start-gateway.js';
import { openAs, type WebSocketClient } from '../../support/websocket-client.js';

const max = 12;
const assets = join(import.meta.dirname, '..', '..', '..', 'dist', 'pages', 'assets');
const asset = `/pages/assets/${readdirSync(assets).find((name) => /^graphiql-.+\.js$/.test(name))}`;
const upgrade = (key: string) =>
  [
    'GET /graphql HTTP/1.1',
    'host: x',
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${key}`,
    'sec-websocket-protocol: graphql-transport-ws',
    '',
    '',
  ].join('\r\n');
const post = (target: string, token = 'none') =>
  `POST ${target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 2000\r\nexpect: 100-continue\r\n\r\n{`;

const multipart = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json';

/** The response to the head of a request that expects it. */
const continueResponse = 'HTTP/1.1 100 Continue\r\n\r\n';

function open({ url }: Gateway, text: string, localAddress = '127.0.0.1'): Socket {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  socket.write(text);
  return socket;
}

/** Requests a probe on a connection from another address. Returns the status, or null if the connection is closed. */
function probe(gateway: Gateway): Promise<string | null> {
  return new Promise((resolve) => {
    const client = open(gateway, 'GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', '127.0.0.2');
    let text = '';
    client.on('data', (chunk) => {
      text += chunk;
    });
    client.on('close', () => resolve(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? null));
  });
}

describe('connections that fill MAX_CONNECTIONS', () => {
  const gateway = useOwnGateway({ environment: { MAX_CONNECTIONS: String(max), SHUTDOWN_TIMEOUT_MS: '500' } });
  let held: Socket[] = [];
  afterEach(async () => {
    for (const socket of held) socket.destroy();
    held = [];
    await eventually(async () => expect(await probe(gateway)).toBe('200'));
  });

  /** Opens connections until all are in use, with a response begun on each. */
  const fill = async (text: string, isRead: boolean) => {
    for (held = held.filter(({ destroyed }) => !destroyed); held.length < max; ) {
      const socket = open(gateway, text);
      held.push(socket);
      await once(socket, 'readable');
      if (isRead) socket.resume();
    }
  };

  it.each([
    ['handshakes of WebSockets that are rejected', upgrade('bad'), true],
    ['handshakes of WebSockets that are rejected, unread', upgrade('bad'), false],
    ['WebSockets without connection_init', upgrade('AAAAAAAAAAAAAAAAAAAAAA=='), true],
    ['bodies of unknown routes that never end', post('/nowhere'), true],
    ['bodies of rejected callers that never end', post('/graphql'), true],
    ['bodies of another method that never end', post('/mcp').replace('POST', 'DELETE'), true],
    ['files that are not read', `GET ${asset} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(16), false],
    ['malformed requests whose responses are not read', 'NONE\r\n\r\n', false],
    ['headers that never end', 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost', true],
  ])('give way to another address: %s', async (_what, text, isRead) => {
    await fill(text, isRead);
    await eventually(async () => expect(await probe(gateway)).toBe('200'));
  });

  it('give way to another address, if their callers were admitted and their bodies never end', async () => {
    await fill(post('/graphql', await gateway.tokenFor(demoSubjects.viewer)), true);
    const closed = once(held[0]!, 'close');
    expect(await probe(gateway)).toBe('200');
    await closed;
  });
});

describe('WebSockets of one token that fill MAX_CONNECTIONS', () => {
  const gateway = useOwnGateway({ environment: { MAX_CONNECTIONS: String(max) } });
  let held: WebSocketClient[] = [];
  afterEach(async () => {
    for (const { socket } of held) socket.terminate();
    held = [];
    await eventually(async () => expect(await probe(gateway)).toBe('200'));
  });

  it('give way with 1013 while they have no operation', async () => {
    for (let count = 0; count < max; count += 1) held.push(await openAs(gateway, 'nobody'));
    for (let count = 0; count < 3; count += 1) {
      expect(await probe(gateway)).toBe('200');
      expect(await held[count]!.closed).toEqual({ code: 1013, reason: 'Try again later' });
      held.push(await openAs(gateway, 'nobody'));
    }
    expect(held.slice(3).map(({ socket }) => socket.readyState)).toEqual(Array(max).fill(WebSocket.OPEN));
  });

  it('do not count while they have a subscription, whose number makes no difference', async () => {
    const { orgId, projectId } = demoPlaces.richRun;
    const query = `subscription { taskRunChanged(orgId: "${orgId}", projectId: "${projectId}") { cursor } }`;
    const client = await openAs(gateway, demoSubjects.owner);
    held = [client];
    for (let id = 0; id < 2 * max; id += 1) client.send({ type: 'subscribe', id: String(id), payload: { query } });
    await eventually(async () => {
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(metrics).toContain(`gateway_subscriptions{transport="websocket"} ${2 * max}\n`);
    });
    const idle = Array.from({ length: 2 * max }, () => open(gateway, ''));
    await eventually(async () => expect(idle.filter(({ destroyed }) => !destroyed)).toHaveLength(max));
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    for (const socket of idle) socket.destroy();
  });
});

describe('a connection with a stream', () => {
  const gateway = useOwnGateway({ environment: { MAX_CONNECTIONS: String(max) }, arrange: arrangeLiveTask });
  const { viewer, ...variables } = liveTask;
  const body = JSON.stringify({ query: subscription, variables });

  it.each([
    ['server-sent events of GraphQL', '/graphql', { method: 'POST', body, headers: { accept: 'text/event-stream' } }],
    ['parts of GraphQL', '/graphql', { method: 'POST', body, headers: { accept: multipart } }],
    ['server-sent events of REST', livePaths.task, { headers: { accept: 'text/event-stream' } }],
  ])('does not count: %s', async (_what, path, { headers, ...init }) => {
    const authorization = `Bearer ${await gateway.tokenFor(viewer)}`;
    const response = await fetch(`${gateway.url}${path}`, {
      ...init,
      headers: { ...headers, authorization, 'content-type': 'application/json' },
    });
    expect(response.status).toBe(200);
    // A probe on each connection shows that the gateway has accepted it.
    const idle: Socket[] = [];
    for (let count = 0; count < max; count += 1) {
      const socket = open(gateway, 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
      await once(socket, 'data');
      idle.push(socket);
    }
    const closed = once(idle[0]!, 'close');
    expect(idle.map(({ destroyed }) => destroyed)).toEqual(idle.map(() => false));
    // Exceeds the limit by one connection.
    const last = open(gateway, '');
    await closed;
    for (const socket of [...idle, last]) socket.destroy();
    await response.body!.cancel();
  });
});

describe('a request whose body nobody expects', () => {
  const gateway = useGateway();

  const exchange = async (pieces: readonly string[]) => {
    const client = open(gateway, pieces[0]!);
    let text = '';
    client.on('data', (chunk) => {
      text += chunk;
    });
    await eventually(async () => expect(text.replace(continueResponse, '')).toMatch(/\r\n\r\n/));
    for (const piece of pieces.slice(1)) client.write(piece);
    return { client, received: () => text.replace(continueResponse, '') };
  };
  const probeText = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n';

  it('gets its response before the body, and is closed if that never ends', async () => {
    const requests = [
      ['unknown route', post('/nowhere'), '404'],
      ['rejected caller', post('/graphql'), '401'],
      ['other method', post('/graphql').replace('POST', 'PUT'), '405'],
      ['other method of tools', post('/api/v1/whoami'), '405'],
    ] as const;
    // Sent concurrently, because the gateway waits one second for each body.
    await Promise.all(
      requests.map(async ([what, text, status]) => {
        const { client, received } = await exchange([text]);
        expect([what, received().slice(0, 13)]).toEqual([what, `HTTP/1.1 ${status} `]);
        await eventually(async () => expect([what, client.destroyed]).toEqual([what, true]));
      }),
    );
  });

  it('keeps its connection if the body ends after the response', async () => {
    const { client, received } = await exchange([post('/nowhere'), `${'x'.repeat(1999)}${probeText}`]);
    await eventually(async () => expect(received()).toMatch(/HTTP\/1\.1 404 .+HTTP\/1\.1 200 /s));
    client.destroy();
  });
});
