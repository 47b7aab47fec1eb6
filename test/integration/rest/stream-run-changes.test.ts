import { eventsOf, nextEvent } from '../../support/event-stream-client.js';
import { arrangeLiveTask, grantLive, insertRun, livePaths, liveTask } from '../../support/live-world.js';
import { type Gateway, useGateway, useOwnGateway } from '../../support/start-gateway.js';

const { viewer } = liveTask;

const requestEvents = async (
  gateway: Gateway,
  url: string,
  { as = viewer, ...init }: RequestInit & { as?: string } = {},
) => {
  const controller = new AbortController();
  const response = await fetch(`${gateway.url}${url}`, {
    ...init,
    signal: controller.signal,
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${await gateway.tokenFor(as)}`,
      ...init.headers,
    },
  });
  return { response, events: eventsOf(response), stop: () => controller.abort() };
};

describe('the changes as server-sent events', () => {
  const gateway = useGateway({ arrange: arrangeLiveTask });

  it.each(Object.entries(livePaths))('come for a %s as they are committed, each as a run of REST', async (_of, url) => {
    const { response, events, stop } = await requestEvents(gateway, url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const beginning = await nextEvent(events);
    expect(beginning).toMatchObject({ event: 'heartbeat', data: '{}' });
    const id = await insertRun(gateway);
    const change = await nextEvent(events);
    expect(change.event).toBe('run');
    const page = await fetch(`${gateway.url}${url}?after=${beginning.id}`, {
      headers: { authorization: `Bearer ${await gateway.tokenFor(viewer)}` },
    });
    const { results } = (await page.json()) as { results: { cursor: string; run: { id: string } }[] };
    expect(results).toEqual([{ cursor: change.id, run: JSON.parse(change.data) }]);
    expect(results[0]!.run.id).toBe(id);
    stop();
  });

  it('include deletions as separate events, as on a page', async () => {
    const id = await insertRun(gateway);
    const { events, stop } = await requestEvents(gateway, `${livePaths.task}?status=FAIL`);
    const beginning = await nextEvent(events);
    await gateway.query('DELETE FROM task_run WHERE id = $1', [id]);
    const { event, data, id: cursor } = await nextEvent(events);
    expect(event).toBe('deleted');
    expect(JSON.parse(data)).toEqual({
      id,
      task_id: liveTask.taskId,
      deleted_at: expect.stringMatching(/^\d{4}-.{14}\.\d{6}Z$/),
    });
    const page = await fetch(`${gateway.url}${livePaths.project}?after=${beginning.id}`, {
      headers: { authorization: `Bearer ${await gateway.tokenFor(viewer)}` },
    });
    const { results } = (await page.json()) as { results: object[] };
    expect(results).toContainEqual({ cursor, run: null, deleted: JSON.parse(data) });
    stop();
  });

  it.each([
    ['a parameter', 'min_total_tokens=3&has_reference=false'],
    ['`filter`', `filter=${encodeURIComponent('{"submitted":[{"path":"/ticket","eq":4711}]}')}`],
  ])('come only for runs that a filter matches, by %s', async (_by, query) => {
    const { events, stop } = await requestEvents(gateway, `${livePaths.task}?${query}`);
    await nextEvent(events);
    await insertRun(gateway, { submitted: { ticket: '4711' } }).then((id) =>
      gateway.query("UPDATE task_run SET reference = 'x' WHERE id = $1", [id]),
    );
    const matching = await insertRun(gateway, { submitted: { ticket: 4711 } });
    expect(JSON.parse((await nextEvent(events)).data).id).toBe(matching);
    stop();
  });

  it('resume behind the id of the last event, or behind `after`', async () => {
    const first = await requestEvents(gateway, livePaths.task);
    const { id: cursor = '' } = await nextEvent(first.events);
    first.stop();
    const missed = await insertRun(gateway);
    const resumed = [
      await requestEvents(gateway, livePaths.task, { headers: { 'last-event-id': cursor } }),
      await requestEvents(gateway, `${livePaths.task}?after=${cursor}`),
    ];
    for (const { events, stop } of resumed) {
      expect(JSON.parse((await nextEvent(events)).data).id).toBe(missed);
      stop();
    }
  });

  it.each([
    ['a malformed cursor', `${livePaths.task}?after=x`, {}, 422, { detail: [{ loc: ['query', 'after'] }] }],
    [
      'a malformed id of the last event',
      `${livePaths.task}?after=x`,
      { 'last-event-id': 'y' },
      422,
      { detail: [{ loc: ['header', 'last-event-id'] }] },
    ],
    [
      'a filter that is none, with an id of the last event',
      `${livePaths.task}?created_after=x`,
      { 'last-event-id': 'y' },
      422,
      { detail: [{ loc: ['query', 'created_after'] }] },
    ],
    [
      'another project',
      livePaths.task.replace(liveTask.projectId, liveTask.orgId),
      {},
      403,
      { detail: { reason: 'PERMISSION_CHECK_FAILED', permission: 'read', resource: 'task_run' } },
    ],
  ])('fail before they begin for %s', async (_what, url, headers, status, body) => {
    const { response } = await requestEvents(gateway, url, { headers });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/json; charset=utf-8',
    ]);
    expect(await response.json()).toMatchObject(body);
  });

  it('require a token, and return only headers for HEAD', async () => {
    const anonymous = await fetch(`${gateway.url}${livePaths.task}`, { headers: { accept: 'text/event-stream' } });
    expect(anonymous.status).toBe(401);
    const { response } = await requestEvents(gateway, livePaths.task, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('do not count in the duration of requests', async () => {
    const observed = async () =>
      (await (await fetch(`${gateway.url}/metrics`)).text()).match(
        /^http_request_duration_seconds_count\{.*task_run\/changes.*\} \d+$/gm,
      );
    const before = await observed();
    const { events, stop } = await requestEvents(gateway, livePaths.project);
    await nextEvent(events);
    stop();
    // Requests after it are already counted.
    await fetch(`${gateway.url}/health`);
    expect(await observed()).toEqual(before);
  });

  it('become a page of JSON where that is accepted as well', async () => {
    const { response } = await requestEvents(gateway, livePaths.task, { headers: { accept: '*/*' } });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });
});

async function nextExceptHeartbeats(events: Parameters<typeof nextEvent>[0]) {
  for (;;) {
    const event = (await nextEvent(events)) as { readonly event?: string; readonly data: string };
    if (event.event !== 'heartbeat') return event;
  }
}

describe('the changes as server-sent events', () => {
  const clock = { at: Date.now() };
  const gateway = useOwnGateway({
    environment: { MAX_SUBSCRIPTIONS_PER_CALLER: '1' },
    heartbeatMs: 300,
    arrange: arrangeLiveTask,
  });

  it('end when the token expires, and have a limit for each caller', async () => {
    const { events } = await requestEvents(gateway, livePaths.task);
    await nextEvent(events);
    const { response } = await requestEvents(gateway, livePaths.task);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '10']);
    expect(await response.json()).toMatchObject({ detail: { reason: 'RATE_LIMITED', retry_after: 10 } });
    await gateway.setClock({ at: clock.at + 3_700_000 });
    const { event, data } = await nextExceptHeartbeats(events);
    expect([event, JSON.parse(data).detail.reason]).toEqual(['error', 'EXPIRED_TOKEN']);
    await gateway.setClock({});
    const again = await requestEvents(gateway, `${livePaths.project}?after=`);
    expect(again.response.status).toBe(200);
    await gateway.close();
    await expect(nextExceptHeartbeats(again.events)).rejects.toThrow('The stream has ended.');
    gateway.close = async () => {};
  });
});

describe('the changes as server-sent events, where nothing changes', () => {
  const gateway = useGateway({ heartbeatMs: 300, arrange: arrangeLiveTask });

  it('end with an error when the grant is withdrawn', async () => {
    await grantLive(gateway, 'short');
    const { events } = await requestEvents(gateway, livePaths.task, { as: 'short' });
    await nextEvent(events);
    await gateway.query("DELETE FROM access_grant WHERE subject_id = 'short'");
    const { event, data } = await nextExceptHeartbeats(events);
    expect([event, JSON.parse(data).detail.reason]).toEqual(['error', 'PERMISSION_CHECK_FAILED']);
  });
});
