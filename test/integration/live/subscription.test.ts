import { once } from 'node:events';
import { connect } from 'node:net';
import { createClient as createSseClient } from 'graphql-sse';
import { eventsOf, nextEvent } from '../../support/event-stream-client.js';
import { eventually } from '../../support/eventually.js';
import { arrangeLiveTask, grantLive, insertRun, liveTask, subscription } from '../../support/live-world.js';
import type { ChangeNode } from '../../support/responses.js';
import { type Gateway, useGateway, useOwnGateway } from '../../support/start-gateway.js';
import { openAs } from '../../support/websocket-client.js';

const { viewer, ...path } = liveTask;

/** Requests the stream, and stops it when the test ends. */
const requestStream = async (
  gateway: Gateway,
  accept: string,
  { as = viewer, variables = {}, query = subscription }: { as?: string; variables?: object; query?: string } = {},
) => {
  const controller = new AbortController();
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    signal: controller.signal,
    headers: {
      'content-type': 'application/json',
      accept,
      authorization: `Bearer ${await gateway.tokenFor(as)}`,
    },
    body: JSON.stringify({ query, variables: { ...path, ...variables } }),
  });
  return { response, stop: () => controller.abort() };
};

/** Yields the text between two boundaries as soon as the second one arrives. */
async function* partsOf(response: Response): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (text + chunk).split('\r\n--graphql');
    text = parts.pop()!;
    yield* parts;
  }
}

const openStreams = async (gateway: Gateway) => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Object.fromEntries(
    [...text.matchAll(/^gateway_subscriptions\{transport="(\w+)"\} (\d+)$/gm)].map(([, name, count]) => [
      name!,
      Number(count),
    ]),
  );
};

const until = (holds: () => Promise<boolean>) => eventually(async () => expect(await holds()).toBe(true));

describe('a subscription', () => {
  const gateway = useGateway({ arrange: arrangeLiveTask });

  it('sends each committed run, as server-sent events', async () => {
    const { response, stop } = await requestStream(gateway, 'text/event-stream');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = eventsOf(response);
    const first = await nextEvent(events);
    expect(first.event).toBe('next');
    const beginning = JSON.parse(first.data).data.taskRunChanged;
    expect(beginning).toEqual({ cursor: beginning.cursor, previousCursor: beginning.cursor, run: null, deleted: null });
    const id = await insertRun(gateway, { n: 1 });
    const { cursor, previousCursor, run } = JSON.parse((await nextEvent(events)).data).data.taskRunChanged;
    expect(previousCursor).toBe(beginning.cursor);
    expect(run).toEqual({ id, runData: { n: 1 }, files: [] });
    const second = await insertRun(gateway);
    expect(JSON.parse((await nextEvent(events)).data).data.taskRunChanged).toMatchObject({
      previousCursor: cursor,
      run: { id: second },
      deleted: null,
    });
    stop();
  });

  it('sends each deletion, whatever its filter', async () => {
    const id = await insertRun(gateway);
    const { response, stop } = await requestStream(gateway, 'text/event-stream', {
      variables: { filter: { status: 'FAIL' } },
    });
    const events = eventsOf(response);
    await nextEvent(events);
    await gateway.query('DELETE FROM task_run WHERE id = $1', [id]);
    expect(JSON.parse((await nextEvent(events)).data).data.taskRunChanged).toMatchObject({
      run: null,
      deleted: { runId: id, taskId: path.taskId, deletedAt: expect.stringMatching(/^\d{4}-.{14}\.\d{6}Z$/) },
    });
    stop();
  });

  it('begins behind a cursor', async () => {
    const { response, stop } = await requestStream(gateway, 'text/event-stream');
    const { cursor } = JSON.parse((await nextEvent(eventsOf(response))).data).data.taskRunChanged;
    stop();
    const missed = await insertRun(gateway);
    const resumed = await requestStream(gateway, 'text/event-stream', { variables: { after: cursor } });
    const { previousCursor, run } = JSON.parse((await nextEvent(eventsOf(resumed.response))).data).data.taskRunChanged;
    expect(previousCursor).toBe(cursor);
    expect(run.id).toBe(missed);
    resumed.stop();
  });

  it('sends only runs that match its filter, also once they match', async () => {
    const filter = {
      statusIn: ['FAIL'],
      submitted: [{ path: '/ticket', in: ['4711', 4712] }],
      NOT: { OR: [{ hasReference: true }, { submitted: [{ path: '/note', contains: 'test' }] }] },
    };
    const { response, stop } = await requestStream(gateway, 'text/event-stream', { variables: { filter } });
    const events = eventsOf(response);
    const nextId = async () => JSON.parse((await nextEvent(events)).data).data.taskRunChanged.run?.id;
    expect(await nextId()).toBeUndefined();
    const isError = true;
    await insertRun(gateway, { submitted: { ticket: 4711 } }, { isError });
    await insertRun(gateway, { submitted: { ticket: 4712, note: 'a test' } }, { isError });
    await insertRun(gateway, { submitted: { ticket: 4712 } }, { isError, reference: 'x' });
    const repaired = await insertRun(gateway, { submitted: { ticket: '4711' } });
    const matching = await insertRun(gateway, { submitted: { ticket: 4712.0, note: 'x' } }, { isError });
    expect(await nextId()).toBe(matching);
    await gateway.query('UPDATE task_run SET is_error = true WHERE id = $1', [repaired]);
    expect(await nextId()).toBe(repaired);
    stop();
  });

  it('sends only runs that contain all words of its search', async () => {
    const client = await openAs(gateway, viewer);
    const variables = { ...path, filter: { search: 'order 4711', hasReference: false } };
    client.send({ type: 'subscribe', id: 'a', payload: { query: subscription, variables } });
    const nextId = async () => (await client.next(({ type }) => type === 'next')).payload.data.taskRunChanged.run?.id;
    expect(await nextId()).toBeUndefined();
    await insertRun(gateway, { submitted: 'Order 47110' });
    await insertRun(gateway, { submitted: 'Order 4711' }, { reference: 'x' });
    const matching = await insertRun(gateway, { submitted: { text: ['4711: the order'] } });
    expect(await nextId()).toBe(matching);
    client.socket.close();
  });

  it('serves the client of graphql-sse', async () => {
    const client = createSseClient({
      url: `${gateway.url}/graphql`,
      headers: async () => ({ authorization: `Bearer ${await gateway.tokenFor(viewer)}` }),
    });
    const results = client.iterate<{ taskRunChanged: ChangeNode }>({ query: subscription, variables: path });
    expect((await results.next()).value.data.taskRunChanged.run).toBeNull();
    const id = await insertRun(gateway);
    expect((await results.next()).value.data.taskRunChanged.run.id).toBe(id);
    await results.return!();
    client.dispose();
  });

  it('sends events over WebSocket, JSON as it is stored', async () => {
    const client = await openAs(gateway, viewer);
    client.send({ type: 'subscribe', id: 'a', payload: { query: subscription, variables: path } });
    await client.next(({ type }) => type === 'next');
    expect(await openStreams(gateway)).toMatchObject({ websocket: 1 });
    let text = '';
    client.socket.on('message', (data) => {
      text += data;
    });
    const id = await insertRun(gateway, { placeholder: 1 });
    const { payload } = await client.next(({ type }) => type === 'next');
    expect(payload.data.taskRunChanged.run.id).toBe(id);
    expect(text).toContain('"runData":{"placeholder": 1}');
    client.send({ type: 'complete', id: 'a' });
    await until(async () => (await openStreams(gateway)).websocket === 0);
    client.socket.close();
  });

  it('sends events in parts for routers', async () => {
    const { response, stop } = await requestStream(gateway, 'multipart/mixed;subscriptionSpec="1.0", application/json');
    expect(response.headers.get('content-type')).toBe('multipart/mixed;boundary="graphql";subscriptionSpec="1.0"');
    const parts = partsOf(response);
    expect(await nextEvent(parts)).toBe('');
    const json = async () => {
      const [head, body] = (await nextEvent(parts)).split('\r\n\r\n');
      expect(head).toBe('\r\ncontent-type: application/json');
      return JSON.parse(body!);
    };
    expect(await json()).toEqual({});
    expect((await json()).payload.data.taskRunChanged.run).toBeNull();
    const id = await insertRun(gateway);
    expect((await json()).payload.data.taskRunChanged.run.id).toBe(id);
    stop();
  });

  it.each([
    ['a malformed id', { taskId: '42' }, 'BAD_REQUEST'],
    ['another organization', { orgId: liveTask.taskId }, 'FORBIDDEN'],
    ['a malformed cursor', { after: 'x' }, 'UNPROCESSABLE_ENTITY'],
    ['a search that need not match', { filter: { OR: [{ search: 'x' }, { status: 'FAIL' }] } }, 'UNPROCESSABLE_ENTITY'],
    ['a condition without a JSON Pointer', { filter: { response: [{ path: 'x', eq: 1 }] } }, 'UNPROCESSABLE_ENTITY'],
  ])('ends at once for %s', async (_what, variables, code) => {
    const { response } = await requestStream(gateway, 'text/event-stream', { variables });
    const events = eventsOf(response);
    const { errors } = JSON.parse((await nextEvent(events)).data);
    expect(errors).toMatchObject([{ path: ['taskRunChanged'], extensions: { code } }]);
    expect(await nextEvent(events)).toEqual({ event: 'complete', id: undefined, data: '' });
    const client = await openAs(gateway, viewer);
    client.send({
      type: 'subscribe',
      id: 'a',
      payload: { query: subscription, variables: { ...path, ...variables } },
    });
    const { payload } = await client.next(({ type }) => type === 'error');
    expect(payload).toEqual(errors);
    client.socket.close();
  });

  it('counts as open until its client leaves', async () => {
    await until(async () => Object.values(await openStreams(gateway)).every((count) => count === 0));
    const { response, stop } = await requestStream(gateway, 'text/event-stream');
    expect(await openStreams(gateway)).toMatchObject({ sse: 1 });
    stop();
    await until(async () => (await openStreams(gateway)).sse === 0);
    await expect(nextEvent(eventsOf(response))).rejects.toThrow();
  });
});

describe('a subscription with frequent heartbeats', () => {
  const gateway = useGateway({ heartbeatMs: 300, arrange: arrangeLiveTask });

  it('ends with FORBIDDEN when its grant is withdrawn', async () => {
    await grantLive(gateway, 'short');
    const { response } = await requestStream(gateway, 'text/event-stream', { as: 'short' });
    const events = eventsOf(response);
    const nextExceptHeartbeats = async () => {
      for (;;) {
        const event = await nextEvent(events);
        if (!/"run":null,"deleted":null/.test(event.data)) return event;
      }
    };
    await nextEvent(events);
    const id = await insertRun(gateway);
    expect((await nextExceptHeartbeats()).data).toContain(id);
    await gateway.query("DELETE FROM access_grant WHERE subject_id = 'short'");
    await insertRun(gateway);
    const { data } = await nextExceptHeartbeats();
    expect(JSON.parse(data).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await nextEvent(events)).event).toBe('complete');
  });
});

describe('a request that accepts an event stream', () => {
  const gateway = useGateway();

  it('gets the response to a query as its only event', async () => {
    const { response } = await requestStream(gateway, 'text/event-stream', { query: '{ viewer { subject } }' });
    expect(await response.text()).toBe(
      `:\nevent: next\ndata: {"data":{"viewer":{"subject":"${viewer}"}}}\n\nevent: complete\ndata: \n\n`,
    );
  });

  it('works by GET, as routers send it', async () => {
    const get = async (parameters: Record<string, string>) =>
      fetch(`${gateway.url}/graphql?${new URLSearchParams(parameters)}`, {
        headers: { accept: 'text/event-stream', authorization: `Bearer ${await gateway.tokenFor(viewer)}` },
      });
    const variables = JSON.stringify({ ...path, taskId: 'nonsense' });
    const response = await get({ query: subscription, variables });
    expect(await response.text()).toMatch(/^:\nevent: next\ndata: \{"errors":\[.*"BAD_REQUEST".*\n\nevent: complete/);
    expect((await get({ query: subscription, variables: '{' })).status).toBe(400);
    expect(await (await get({ query: '{ viewer { subject } }' })).text()).toContain(`{"subject":"${viewer}"}`);
  });

  it('gets the errors of a document as its only event', async () => {
    const { response } = await requestStream(gateway, 'text/event-stream', { query: 'subscription { nothing }' });
    expect(response.status).toBe(200);
    const events = eventsOf(response);
    const { errors } = JSON.parse((await nextEvent(events)).data);
    expect(errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await nextEvent(events)).event).toBe('complete');
  });

  it('besides JSON gets the response to a query as JSON', async () => {
    const accept = 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed';
    const { response } = await requestStream(gateway, accept, { query: '{ viewer { subject } }' });
    expect(response.headers.get('content-type')).toMatch(/^application\/graphql-response\+json/);
    expect(await response.json()).toEqual({ data: { viewer: { subject: viewer } } });
  });

  it.each([
    ['application/json', 200],
    ['application/graphql-response+json', 200],
  ])('differs from one that accepts %s: a subscription is rejected', async (accept, status) => {
    const { response } = await requestStream(gateway, accept);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_ACCEPTABLE', status: 406 } }] });
  });
});

describe('subscriptions beyond a limit', () => {
  const gateway = useOwnGateway({
    environment: { MAX_SUBSCRIPTIONS: '3', MAX_SUBSCRIPTIONS_PER_CALLER: '2' },
    arrange: async (database) => {
      await arrangeLiveTask(database);
      await grantLive(database, 'other');
    },
  });
  const streams: { response: Response; stop: () => void }[] = [];
  beforeAll(async () => {
    for (const as of [viewer, viewer]) streams.push(await requestStream(gateway, 'text/event-stream', { as }));
  });

  it('fail with 429 where JSON is not acceptable', async () => {
    const { response } = await requestStream(gateway, 'text/event-stream');
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED', status: 429 } }] });
  });

  it('fail with 200 where JSON is acceptable, so that routers pass the error on', async () => {
    const { response } = await requestStream(gateway, 'multipart/mixed;subscriptionSpec="1.0", application/json');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  });

  it('fail over WebSocket by a separate error', async () => {
    const client = await openAs(gateway, viewer);
    client.send({ type: 'subscribe', id: 'a', payload: { query: subscription, variables: path } });
    const { payload } = await client.next(({ type }) => type === 'error');
    expect(payload).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    client.socket.close();
  });

  it('fail for another caller, too, once all streams are taken', async () => {
    streams.push(await requestStream(gateway, 'text/event-stream', { as: 'other' }));
    expect(streams.at(-1)!.response.status).toBe(200);
    const { response } = await requestStream(gateway, 'text/event-stream', { as: 'other' });
    expect(response.status).toBe(429);
  });

  it('begin again when one ends, and complete when the gateway shuts down', async () => {
    streams[0]!.stop();
    await until(async () => (await openStreams(gateway)).sse === 2);
    const { response } = await requestStream(gateway, 'text/event-stream');
    expect(response.status).toBe(200);
    const ending = response.text();
    await gateway.close();
    expect(await ending).toMatch(/event: complete\ndata: \n\n$/);
    gateway.close = async () => {};
  });
});

describe('subscriptions under MAX_CONNECTIONS', () => {
  const gateway = useOwnGateway({
    environment: { MAX_CONNECTIONS: '2' },
    arrange: (database) => arrangeLiveTask(database),
  });

  it('leave the connections to other requests', async () => {
    const streams: { response: Response; stop: () => void }[] = [];
    for (let count = 0; count < 5; count += 1) streams.push(await requestStream(gateway, 'text/event-stream'));
    expect(streams.map(({ response }) => response.status)).toEqual([200, 200, 200, 200, 200]);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    for (const { stop } of streams) stop();
    await until(async () => (await openStreams(gateway)).sse === 0);
  });

  it('keep their WebSocket when idle connections are closed for others', async () => {
    const socket = await openAs(gateway, viewer);
    socket.send({ type: 'subscribe', id: '1', payload: { query: subscription, variables: path } });
    await until(async () => (await openStreams(gateway)).websocket === 1);
    for (let count = 0; count < 6; count += 1) {
      const response = await fetch(`${gateway.url}/health/live`, { headers: { connection: 'close' } });
      expect(response.status).toBe(200);
      const idle = connect(Number(new URL(gateway.url).port), '127.0.0.1');
      await once(idle, 'connect');
    }
    socket.send({ type: 'ping' });
    expect(await socket.next(({ type }) => type === 'pong')).toEqual({ type: 'pong' });
    socket.socket.close();
  });
});
