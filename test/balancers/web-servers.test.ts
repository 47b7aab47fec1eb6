// Gateways behind nginx and Caddy, with the files in deploy/ and the routes for a path in docs/fleet.md.

import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { block } from '../docs/documents.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventsOf, nextEvent } from '../support/event-stream-client.js';
import { type Fleet, startFleet } from '../support/replicas/fleet.js';
import { startLoad } from '../support/replicas/steady-load.js';
import { startCaddy, startNginx, type WebServer, type WebServerOptions } from '../support/replicas/web-servers.js';
import type { RestPage } from '../support/responses.js';
import { createTestDatabase } from '../support/template-database.mjs';
import { openWebSocket } from '../support/websocket-client.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const task = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}`;
const operation = JSON.stringify({
  query: `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { id } }`,
});
const response = `{"data":{"taskRun":{"id":"${id}"}}}`;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let folder: Awaited<ReturnType<typeof createDemoIssuerFolder>>;
let fleet: Fleet;
let token: string;
beforeAll(async () => {
  [database, folder] = await Promise.all([createTestDatabase(), createDemoIssuerFolder()]);
  token = await folder.issuer.sign({ subject: demoSubjects.viewer, expiresInSeconds: 36_000, now: Date.now() });
  fleet = await startFleet(3, {
    DATABASE_URL: database.url!,
    AUTH_ISSUERS: JSON.stringify([folder.issuer.config]),
    DATA_DIR: folder.dataDir,
    SHUTDOWN_DELAY_MS: '3000',
    MCP: 'on',
    PUBLIC_URL: 'https://www.example.com/runs',
  });
});
afterAll(async () => {
  await fleet?.close();
  await folder?.remove();
  await database?.drop();
});

const send = (url: string, { headers = {}, ...init }: RequestInit & { headers?: Record<string, string> } = {}) =>
  fetch(url, { ...init, headers: { authorization: `Bearer ${token}`, ...headers } });
const operate = (url: string) =>
  send(`${url}/graphql`, { method: 'POST', body: operation, headers: { 'content-type': 'application/json' } });

/** Checks that operations, events, WebSockets and versions at this URL are those of the gateway. */
async function expectGateway(url: string): Promise<void> {
  expect(await (await operate(url)).text()).toBe(response);

  const { pagination } = (await (await send(`${url}${task}/run/changes?page_limit=1`)).json()) as RestPage;
  const changes = `${url}${task}/run/changes?after=${pagination.next_cursor}`;
  const events = eventsOf(await send(changes, { headers: { accept: 'text/event-stream' } }));
  expect((await nextEvent(events)).event).toBe('run');
  await events.return(undefined);

  const socket = await openWebSocket({ url });
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await socket.next(({ type }) => type === 'connection_ack');
  socket.send({ id: '1', type: 'subscribe', payload: JSON.parse(operation) });
  expect((await socket.next(({ type }) => type === 'next')).payload).toEqual(JSON.parse(response));
  socket.socket.close();

  const run = await send(`${url}${task}/run/${id}`);
  const etag = run.headers.get('etag')!;
  expect((await send(`${url}${task}/run/${id}`, { headers: { 'if-none-match': etag } })).status).toBe(304);

  expect((await fetch(`${url}/metrics`)).status).toBe(404);
}

it('three gateways behind nginx and Caddy lose no request while each is restarted', async () => {
  const servers = await Promise.all([startNginx({ ports: fleet.ports }), startCaddy({ ports: fleet.ports })]);
  try {
    const requests = [
      { method: 'GET', path: `${task}/run/${id}`, expected: `"id":"${id}"` },
      { method: 'POST', path: '/graphql', body: operation, expected: response },
    ] as const;
    const load = startLoad(
      servers.map(({ url }) => url),
      requests,
      { token, perSecond: 200 },
    );
    await fleet.roll();
    await load.stop();
    expect(load.failed).toEqual([]);
    expect(load.sent).toBeGreaterThan(1000);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
});

describe.each<[string, (options: WebServerOptions) => Promise<WebServer>, string]>([
  ['nginx', startNginx, 'nginx-path'],
  ['Caddy', startCaddy, 'caddy-path'],
])('three gateways behind %s', (_name, start, routes) => {
  let server: WebServer;
  afterEach(() => server?.close());

  it('serve operations, events, WebSockets and versions, and no metrics', async () => {
    server = await start({ ports: fleet.ports });
    await expectGateway(server.url);
  });

  it('serve everything under a path, with its pages and the discovery of its tools', async () => {
    server = await start({ ports: fleet.ports, routes: block(routes).text });
    await expectGateway(`${server.url}/runs`);
    const redirect = await fetch(`${server.url}/runs`, { redirect: 'manual' });
    expect([redirect.status, redirect.headers.get('location')]).toEqual([308, expect.stringMatching(/\/runs\/$/)]);
    // Redirects to a page. The page's URLs are relative.
    const page = await fetch(`${server.url}/runs/`, { headers: { accept: 'text/html' } });
    const assets = [...(await page.text()).matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path]) => path!);
    expect(assets).not.toEqual([]);
    for (const path of assets) expect((await fetch(new URL(path, page.url))).status).toBe(200);
    const metadata = await fetch(`${server.url}/.well-known/oauth-protected-resource/runs/mcp`);
    expect(await metadata.json()).toMatchObject({ resource: 'https://www.example.com/runs/mcp' });
  });
});
