// Exports and event streams of callers with a rate limit, which pay while they run and wait for points when other
// requests would be rejected.

import { eventsOf, nextEvent } from '../../support/event-stream-client.js';
import { arrangeLiveTask, grantLive, livePaths, liveTask, subscription } from '../../support/live-world.js';
import type { RestPage } from '../../support/responses.js';
import { type Gateway, useOwnGateway } from '../../support/start-gateway.js';
import { openAs } from '../../support/websocket-client.js';

// A statement that takes a second on a busy machine costs ten thousand points.
const pointsPerSecond = 300;
const burst = 10;
const events = 400;
const { viewer, ...variables } = liveTask;
const runs = 1000;

/** @param atHalf called when much of the stream is still to come */
type Stream = (gateway: Gateway, subject: string, after: string, atHalf: () => Promise<void>) => Promise<void>;

async function send({ url, tokenFor }: Gateway, subject: string, path: string, accept: string, init: RequestInit = {}) {
  const headers = { accept, authorization: `Bearer ${await tokenFor(subject)}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { ...init, headers });
  expect(response.status).toBe(200);
  return response;
}

async function takeEvents(response: Response, atHalf: () => Promise<void>): Promise<void> {
  const stream = eventsOf(response);
  for (let taken = 0; taken < events; taken += 1) {
    if (taken === events / 2) await atHalf();
    expect((await nextEvent(stream)).event).toMatch(/^(next|run)$/);
  }
  await stream.return(undefined);
}

const streams: Record<string, Stream> = {
  async 'an export'(gateway, subject, _after, atHalf) {
    const response = await send(
      gateway,
      subject,
      livePaths.task.replace('/changes', '/export'),
      'application/x-ndjson',
    );
    let taken = 0;
    for await (const bytes of response.body!) {
      const before = taken;
      taken += Buffer.from(bytes).toString('latin1').split('\n').length - 1;
      if (before < runs / 2 && taken >= runs / 2) await atHalf();
    }
    expect(taken).toBe(runs);
  },
  async 'changes over REST'(gateway, subject, after, atHalf) {
    await takeEvents(await send(gateway, subject, `${livePaths.task}?after=${after}`, 'text/event-stream'), atHalf);
  },
  async 'a subscription over server-sent events'(gateway, subject, after, atHalf) {
    const init = { method: 'POST', body: JSON.stringify({ query: subscription, variables: { ...variables, after } }) };
    await takeEvents(await send(gateway, subject, '/graphql', 'text/event-stream', init), atHalf);
  },
  async 'a subscription over WebSocket'(gateway, subject, after, atHalf) {
    const client = await openAs(gateway, subject);
    client.send({ type: 'subscribe', id: '1', payload: { query: subscription, variables: { ...variables, after } } });
    for (let taken = 0; taken < events; taken += 1) {
      if (taken === events / 2) await atHalf();
      expect(await client.next(({ id }) => id === '1')).toMatchObject({ type: 'next' });
    }
    client.socket.close();
    await client.closed;
  },
};

describe('with a rate limit,', () => {
  const gateway = useOwnGateway({
    environment: {
      COST_MODE: 'enforce',
      RATE_LIMIT_POINTS: String(pointsPerSecond),
      RATE_LIMIT_BURST: String(burst),
    },
    async arrange(database) {
      await arrangeLiveTask(database);
      for (const subject of ['reader', ...Object.keys(streams)]) await grantLive(database, subject);
      await database.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
           SELECT gen_random_uuid(), $1, $1, '{"submitted": "x"}', '2026-01-16T13:33:25.247662', 1, 2, 3
           FROM generate_series(1, $2)`,
        [liveTask.taskId, runs],
      );
    },
  });
  /** Cursor after the first run. */
  let beginning: string;
  beforeAll(async () => {
    // The first request with a document pays for parsing it.
    await gateway.ask(subscription, { as: viewer, variables });
    const headers = { authorization: `Bearer ${await gateway.tokenFor('reader')}` };
    const page = await fetch(`${gateway.url}${livePaths.task}?page_limit=1`, { headers });
    beginning = ((await page.json()) as RestPage).pagination.next_cursor!;
  });
  /** Returns the points that all requests have cost so far. */
  const costOfAll = async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const points = text.matchAll(/^gateway_cost_points_total\{kind="(?:database|processor)"\} ([\d.]+)$/gm);
    return [...points].reduce((sum, [, value]) => sum + Number(value), 0);
  };

  it.each(Object.entries(streams))(
    '%s pays while it runs, and waits for points',
    async (subject, take) => {
      const costBefore = await costOfAll();
      const startedAt = performance.now();
      let cost = 0;
      await take(gateway, subject, beginning, async () => {
        cost = (await costOfAll()) - costBefore;
      });
      const seconds = (performance.now() - startedAt) / 1000;
      expect(cost).toBeGreaterThan(2 * burst);
      // The first half was paid before the end. Its actual work took a few hundredths of that time.
      expect(seconds).toBeGreaterThan((cost - burst) / pointsPerSecond / 2);
    },
    300_000,
  );
});
