// The log line of a request or WebSocket names the caller and contains the total cost.

import { once } from 'node:events';
import { request } from 'node:http';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { describeOnServer } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { type ProxiedGateway, startProxiedGateway } from '../../support/proxied-gateway.js';
import { type Gateway, useGateway } from '../../support/start-gateway.js';
import { openAs, openWebSocket } from '../../support/websocket-client.js';

const { orgId, projectId } = demoPlaces.richRun;
const { viewer } = demoSubjects;
const query = `{ taskRunStats(orgId: "${orgId}", projectId: "${projectId}") { runs } }`;
const who = {
  issuer: 'https://demo.task-run-gateway.invalid/',
  subject: viewer,
  clientId: 'task-run-gateway-demo',
};

/** Returns the lines with this message that are logged during `act`, once there is at least one. */
async function linesDuring(gateway: Gateway, msg: string, act: () => Promise<unknown>) {
  const before = (await gateway.logLines()).length;
  await act();
  let lines: readonly Record<string, unknown>[] = [];
  await eventually(async () => {
    lines = (await gateway.logLines()).slice(before).filter((line) => line.msg === msg);
    expect(lines).toHaveLength(1);
  });
  return lines[0]!;
}

describe('the log line', () => {
  const gateway = useGateway();

  it('names the caller of a request', async () => {
    expect(await linesDuring(gateway, 'request', () => gateway.ask(query, { as: viewer }))).toMatchObject(who);
  });

  it('names the caller of a request over REST', async () => {
    const token = await gateway.tokenFor(viewer);
    const act = () => fetch(`${gateway.url}/api/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
    expect(await linesDuring(gateway, 'request', act)).toMatchObject(who);
  });

  it('names no caller of a request without an accepted token', async () => {
    const act = () => fetch(`${gateway.url}/api/v1/whoami`, { headers: { authorization: 'Bearer a.b.c' } });
    const line = await linesDuring(gateway, 'request', act);
    for (const member of Object.keys(who)) expect(line).not.toHaveProperty(member);
  });

  it('names the caller of a WebSocket, and the cost of its operations', async () => {
    const line = await linesDuring(gateway, 'websocket', async () => {
      const client = await openAs(gateway, viewer);
      client.send({ id: '1', type: 'subscribe', payload: { query } });
      await client.next(({ type }) => type === 'complete');
      client.socket.close(1000);
    });
    expect(line).toMatchObject({ ...who, cost: expect.any(Number), statements: expect.any(Number) });
  });
});

describe('the log lines of a caller in a trace', () => {
  const gateway = useGateway({ environment: { MCP: 'on' } });
  const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
  const traceparent = `00-${ids.traceId}-${ids.spanId}-01`;
  const other = `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`;

  const callWith = async (headers: Record<string, string>, token?: string) =>
    fetch(`${gateway.url}/api/v1/whoami`, {
      headers: { authorization: `Bearer ${token ?? (await gateway.tokenFor(viewer))}`, ...headers },
    });

  it('carry the ids of the header', async () => {
    expect(await linesDuring(gateway, 'request', () => callWith({ traceparent }))).toMatchObject(ids);
  });

  it('carry them where access is denied, too', async () => {
    const denied = await linesDuring(gateway, 'access denied', () => callWith({ traceparent }, 'a.b.c'));
    expect(denied).toMatchObject(ids);
  });

  it('carry no ids of an invalid header', async () => {
    const line = await linesDuring(gateway, 'request', () => callWith({ traceparent: `${traceparent}-more` }));
    for (const member of Object.keys(ids)) expect(line).not.toHaveProperty(member);
  });

  it.each([
    ['of connection_init rather than of the upgrade', { traceparent }, { traceparent: other }],
    ['of the upgrade, if connection_init has an invalid one', { traceparent: 'none' }, { traceparent }],
    ['of only the upgrade', {}, { traceparent }],
  ])('have the ids %s', async (_case, payload, headers) => {
    const authorization = `Bearer ${await gateway.tokenFor(viewer)}`;
    const line = await linesDuring(gateway, 'websocket', async () => {
      const client = await openWebSocket(gateway, { headers });
      client.send({ type: 'connection_init', payload: { authorization, ...payload } });
      await client.next(({ type }) => type === 'connection_ack');
      client.socket.close(1000);
    });
    expect(line).toMatchObject(ids);
  });

  it('carry the ids of the message of an agent', async () => {
    const authorization = `Bearer ${await gateway.tokenFor(viewer)}`;
    const line = await linesDuring(gateway, 'request', async () => {
      const { status } = await fetch(`${gateway.url}/mcp`, {
        method: 'POST',
        headers: {
          authorization,
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          traceparent: other,
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'whoami', arguments: {}, _meta: { traceparent } },
        }),
      });
      expect(status).toBe(200);
    });
    expect(line).toMatchObject(ids);
  });
});

describeOnServer('a statement that is cancelled', () => {
  let proxied: ProxiedGateway;
  beforeAll(async () => {
    proxied = await startProxiedGateway(60_000);
  });
  afterAll(() => proxied?.close());

  async function pointsCharged(): Promise<number> {
    const text = await (await fetch(`${proxied.gateway.url}/metrics`)).text();
    const used = [...text.matchAll(/^gateway_cost_points_total\{kind="(?:database|processor)"\} (.+)$/gm)];
    return used.reduce((sum, [, points]) => sum + Number(points), 0);
  }

  /**
   * Calls `start` while runs are locked and, once a statement is waiting for the lock, the `leave` function it
   * returned.
   */
  const whileWaiting = (start: () => () => void) =>
    proxied.whileLocked(async () => {
      const leave = start();
      await eventually(async () => expect(await proxied.waitingForLock()).toBeGreaterThan(0));
      leave();
      await eventually(async () => expect(await proxied.waitingForLock()).toBe(0));
    });

  it('counts in the line of a request whose client has gone', async () => {
    const { gateway } = proxied;
    const token = await gateway.tokenFor(viewer);
    const before = await pointsCharged();
    const line = await linesDuring(gateway, 'request', () =>
      whileWaiting(() => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const sent = request(`${gateway.url}/graphql`, { method: 'POST', headers });
        sent.on('error', () => {});
        sent.end(JSON.stringify({ query }));
        return () => sent.destroy();
      }),
    );
    expect(line).toMatchObject({ status: 499, aborted: true });
    expect(line.cost).toBeCloseTo((await pointsCharged()) - before, 0);
  });

  it('counts in the line of a WebSocket that was closed', async () => {
    const { gateway } = proxied;
    const client = await openAs(gateway, viewer);
    const before = await pointsCharged();
    const line = await linesDuring(gateway, 'websocket', async () => {
      await whileWaiting(() => {
        client.send({ id: '1', type: 'subscribe', payload: { query } });
        return () => client.socket.terminate();
      });
      if (client.socket.readyState !== client.socket.CLOSED) await once(client.socket, 'close');
    });
    expect(line.cost).toBeCloseTo((await pointsCharged()) - before, 0);
  });
});
