// Clients that disconnect at random moments: their own requests end, but those of others do not.

import { setTimeout as after } from 'node:timers/promises';
import pg from 'pg';
import { createRandom, type Random, seededSource } from '../../src/demo/data/random.js';
import { describeOnServer } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { seed } from '../support/generated.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { type ProxiedGateway, startProxiedGateway } from '../support/proxied-gateway.js';

const rounds = 10;
const clients = 10;
const { orgId, projectId, taskId, owner } = generated;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const task = `${project}, taskId: "${taskId}"`;

/** Returns an operation for any lane, with one or several reads. */
function randomOperation(random: Random): string {
  const filter = () => `filter: { primaryFailureReasonContains: "${random.integer(0, 1e6)}" }`;
  const [point, page, count, statistics] = [
    () => `taskRunsByIds(${task}, ids: ["${taskId}", "${orgId}"]) { id response }`,
    () => `taskRuns(${random.pick([project, task])}, first: 5, ${filter()}) { nodes { id response } }`,
    () => `taskRuns(${task}, ${filter()}) { totalCount }`,
    () =>
      `taskRunStats(${project}, ${filter()}) { runs llmCallTiming { p95 } byRevision: groupBy(dimension: REVISION) { runs } }`,
  ];
  const fields = Array.from({ length: random.pick([1, 1, 5, 15]) }, (_, index) => {
    return `a${index}: ${random.pick([point, page, count, statistics])()}`;
  });
  return `{ ${fields.join(' ')} }`;
}

describeOnServer(`${rounds * clients} clients that leave at random moments of seed ${seed}`, () => {
  let world: ProxiedGateway;
  let observer: pg.Client;
  let token: string;
  const random = createRandom(seededSource(seed));

  beforeAll(async () => {
    world = await startProxiedGateway(60_000);
    await arrangeGeneratedRuns(world.session, 20_000);
    observer = new pg.Client({ connectionString: world.environment.DATABASE_URL!, application_name: 'observer' });
    await observer.connect();
    token = await world.gateway.tokenFor(owner);
  });
  afterAll(async () => {
    await observer.end();
    await world.close();
  });

  const running = async () => {
    const { rows } = await observer.query(
      `SELECT query FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'task-run-gateway' AND state = 'active'`,
    );
    return rows.map(({ query }) => String(query).slice(0, 100));
  };

  /**
   * Sends an operation, and disconnects once the promise is fulfilled. @returns whether that was before the response
   */
  const leaveAfter = async (leaving: Promise<unknown>, query = randomOperation(random)) => {
    const controller = new AbortController();
    const leave = () => controller.abort();
    leaving.then(leave, leave);
    const response = fetch(`${world.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
      signal: controller.signal,
    });
    await response.then((item) => item.text()).catch(() => {});
    return controller.signal.aborted;
  };
  const leaveAtRandom = () => leaveAfter(after(random.integer(1, 150)));

  it('leave no statement behind', async () => {
    const lasting = [`{ taskRuns(${task}) { nodes { id } } }`, `{ taskRunStats(${task}) { runs } }`];
    for (let round = 0; round < rounds; round += 1) {
      // Statements would wait for the lock until their time limit.
      await world.whileLocked(async () => {
        const areRunning = eventually(async () => expect((await running()).length).toBeGreaterThan(1));
        const left = await Promise.all([
          ...Array.from({ length: clients }, leaveAtRandom),
          ...lasting.map((query) => leaveAfter(areRunning, query)),
        ]);
        await areRunning;
        expect(left).toEqual(left.map(() => true));
        await eventually(async () => expect(await running()).toEqual([]));
      });
    }
  });

  it('end nothing of a client that stays', async () => {
    const query = `{ one: taskRuns(${task}, first: 2, filter: { primaryFailureReasonContains: "rate" }) { totalCount nodes { id } }
      other: taskRunStats(${project}) { runs byRevision: groupBy(dimension: REVISION) { value runs } } }`;
    const expected = await world.gateway.dataOf(query, { token });
    let isOver = false;
    let stayed = 0;
    const staying = (async () => {
      for (; !isOver; stayed += 1) expect(await world.gateway.ask(query, { token })).toMatchObject({ data: expected });
    })();
    for (let round = 0; round < rounds; round += 1) {
      await Promise.race([staying, Promise.all(Array.from({ length: clients }, leaveAtRandom))]);
    }
    isOver = true;
    await staying;
    expect(stayed).toBeGreaterThan(0);
  });
});
