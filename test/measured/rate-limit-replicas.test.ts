// Gateways in separate processes that share a caller's points through Redis: the total that they grant, and that
// nothing except RATE_LIMITED fails while Redis is killed and restarted. Granted points are the costs that responses
// report.

import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventually } from '../support/eventually.js';
import { describeWithRedis, type RedisServer, startRedis } from '../support/redis-server.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';

const rate = 600;
const burst = 1200;
const leasePoints = rate / 10;
const replicas = 3;
const clientsOfEach = 2;
const { orgId, projectId, taskId } = demoPlaces.richRun;
const query = `{ taskRuns(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", first: 20) { nodes { id response } } }`;

/** The points granted to the clients of one gateway. */
interface Spending {
  granted: number;
  /** The points of the most expensive response. */
  greatest: number;
  rejected: number;
  readonly faults: unknown[];
}

interface Answer {
  readonly data?: { readonly taskRuns: { readonly nodes: readonly unknown[] } | null } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code: string } }[];
  readonly extensions?: { readonly cost: { readonly actualQueryCost: number } };
}

describeWithRedis('gateways that share points by Redis', () => {
  describeOnServer('on one PostgreSQL', () => {
    let database: Awaited<ReturnType<typeof createTestDatabase>>;
    let folder: Awaited<ReturnType<typeof createDemoIssuerFolder>>;
    let token: string;
    let redis: RedisServer;
    let programs: SpawnedProgram[];
    /** Clients must not outlive a failed test. */
    let hasEnded: boolean;
    beforeAll(async () => {
      database = await createTestDatabase();
      folder = await createDemoIssuerFolder();
      token = await folder.issuer.sign({ subject: demoSubjects.viewer, expiresInSeconds: 3600, now: Date.now() });
    });
    beforeEach(async () => {
      redis = await startRedis();
      programs = [];
      hasEnded = false;
    });
    afterEach(async () => {
      hasEnded = true;
      for (const program of programs) program.kill('SIGTERM');
      await Promise.all(programs.map(({ ended }) => ended));
      await redis.kill();
    });
    afterAll(async () => {
      await folder.remove();
      await database.drop();
    });

    /** @returns its URL */
    async function start(environment: Readonly<Record<string, string>> = {}): Promise<string> {
      const program = spawnProgram(['main.js'], {
        DATABASE_URL: database.url!,
        AUTH_ISSUERS: JSON.stringify([folder.issuer.config]),
        DATA_DIR: folder.dataDir,
        PORT: '0',
        COST_MODE: 'enforce',
        RATE_LIMIT_POINTS: String(rate),
        RATE_LIMIT_BURST: String(burst),
        REDIS_URL: redis.url,
        ...environment,
      });
      programs.push(program);
      return (JSON.parse(await program.line(/"listening"/)) as { url: string }).url;
    }

    /** A client on a separate connection that spends all the points it gets until it is stopped. */
    async function spend(url: string, into: Spending, isOver: () => boolean): Promise<void> {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      while (!isOver() && !hasEnded) {
        const { data, errors, extensions } = await post(url, agent).catch(
          (error): Answer => ({ errors: [{ message: String(error) }] }),
        );
        if (errors?.[0]?.extensions?.code === 'RATE_LIMITED') {
          into.rejected += 1;
          // This costs the gateway time, even if it costs no points.
          await sleep(200);
        } else if ((data?.taskRuns?.nodes.length ?? 0) > 0 && errors === undefined) {
          into.granted += extensions!.cost.actualQueryCost;
          into.greatest = Math.max(into.greatest, extensions!.cost.actualQueryCost);
        } else into.faults.push(errors ?? data);
      }
      agent.destroy();
    }

    function post(url: string, agent: Agent): Promise<Answer> {
      return new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-cost': '1' };
        const sent = request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
          json(response).then((answer) => resolve(answer as Answer), reject);
        });
        sent.on('error', reject);
        sent.end(JSON.stringify({ query }));
      });
    }

    const nothingSpent = (): Spending => ({ granted: 0, greatest: 0, rejected: 0, faults: [] });
    const metric = async (url: string, name: string) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].map(([, value]) => Number(value));
    };
    const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
    const seconds = (startedAt: number) => (performance.now() - startedAt) / 1000;

    it('grant the rate and a lease each, their shares while Redis is unavailable, and afterwards the rate again', async () => {
      const urls = await Promise.all(Array.from({ length: replicas }, () => start()));
      const areUp = (up: number) =>
        eventually(async () => {
          const known = await Promise.all(urls.map((url) => metric(url, 'gateway_redis_up')));
          expect(known.flat()).toEqual(urls.map(() => up));
        });
      const logged = (text: string) => programs.map(({ lines }) => lines.filter((line) => line.includes(text)).length);
      await areUp(1);
      const spent = urls.map(nothingSpent);
      const clients = urls.flatMap((url, index) => Array.from({ length: clientsOfEach }, () => ({ url, index })));
      let isOver = false;
      let isOverForOthers = false;
      const startedAt = performance.now();
      const spending = clients.map(({ url, index }) =>
        spend(url, spent[index]!, () => isOver || (isOverForOthers && index > 0)),
      );
      const during = async (act: () => Promise<unknown>) => {
        const before = spent.map(({ granted }) => granted);
        const beganAt = performance.now();
        await act();
        return { granted: spent.map(({ granted }, index) => granted - before[index]!), seconds: seconds(beganAt) };
      };

      const shared = await during(() => sleep(5000));
      await redis.kill();
      await areUp(0);
      const single = await during(() => sleep(6000));
      await redis.start();
      await areUp(1);
      await sleep(2000);
      isOverForOthers = true;
      await Promise.all(spending.slice(clientsOfEach));
      const byOne = await during(() => sleep(5000));
      isOver = true;
      await Promise.all(spending);

      const total = sumOf(spent.map(({ granted }) => granted));
      // Costs above the estimates become debts, and those of the last requests have not been paid yet.
      const owed = spent.map(({ greatest }) => clientsOfEach * greatest);
      const due = burst + rate * seconds(startedAt);
      if (process.env.REPORT)
        process.stderr.write(`${JSON.stringify({ total, due, owed, shared, single, byOne, spent })}\n`);
      expect(spent.flatMap(({ faults }) => faults)).toEqual([]);
      expect(spent.every(({ rejected }) => rejected > 0)).toBe(true);
      expect(total).toBeLessThanOrEqual(due + replicas * leasePoints + sumOf(owed));
      expect(sumOf(shared.granted)).toBeGreaterThan(burst);
      const share = (rate / replicas) * single.seconds;
      for (const [index, granted] of single.granted.entries()) {
        expect(granted).toBeGreaterThan(share / 2);
        expect(granted).toBeLessThanOrEqual(share + leasePoints + owed[index]!);
      }
      expect(byOne.granted[0]).toBeGreaterThan(((1.5 * rate) / replicas) * byOne.seconds);
      expect(logged('Redis unavailable, each process enforces its share of the rate limit')).toEqual([1, 1, 1]);
      expect(logged('Redis available, rate limit shared by all processes')).toEqual([2, 2, 2]);
    }, 180_000);

    it('execute what there were points for while Redis is late', async () => {
      // A lease is smaller than the cost of a request, so each request asks Redis.
      const url = await start({ RATE_LIMIT_POINTS: '100' });
      const spent = nothingSpent();
      const once = () => spend(url, spent, () => spent.granted > 0 || spent.rejected > 0 || spent.faults.length > 0);
      await once();
      const before = spent.granted;
      spent.granted = 0;
      redis.pause();
      await once();
      redis.resume();
      expect(before).toBeGreaterThan(0);
      expect(spent).toMatchObject({ granted: expect.any(Number), rejected: 0, faults: [] });
    });

    it('include the processes of one gateway: one of them may spend all, and leaves nothing to the other', async () => {
      // There are so few points that a single client could spend more.
      const few = { rate: 100, burst: 3000 };
      const limits = { RATE_LIMIT_POINTS: String(few.rate), RATE_LIMIT_BURST: String(few.burst) };
      const url = await start({ ...limits, PROCESSES: '2' });
      await eventually(async () => expect(await metric(url, 'gateway_redis_up')).toEqual([1, 1]));
      const spent = nothingSpent();
      const startedAt = performance.now();
      const rejections = () => metric(url, 'gateway_rate_limited_total');
      await spend(url, spent, () => spent.rejected > 0);
      const came = () => few.rate * seconds(startedAt);
      // More than half of what it would have had without the others.
      expect(spent.granted).toBeGreaterThan((few.burst + came()) / 2 + spent.greatest);
      expect((await rejections()).filter((count) => count > 0)).toHaveLength(1);
      // Each uses a new connection, so that the other process is also chosen.
      for (let sent = 1; !hasEnded && !(await rejections()).every((count) => count > 0); sent += 1)
        await spend(url, spent, () => spent.rejected > sent);
      expect(spent.faults).toEqual([]);
      expect(spent.granted).toBeLessThanOrEqual(few.burst + came() + (2 * few.rate) / 10 + 2 * spent.greatest);
    });
  });
});
