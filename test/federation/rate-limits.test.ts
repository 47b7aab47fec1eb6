// Operations that cost too much, and callers without points, as seen by clients of a federated gateway.

import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { createClientIssuer } from '../support/client-issuer.js';
import { useOwnGateway } from '../support/start-gateway.js';
import { federatedGateways, startFederation } from './federated-gateways.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const queries = {
  'a query': `{ taskRunStats(${task}) { runs } }`,
  'a query that the other subgraph completes': `{ taskRun(${task}, id: "${id}") { id note } }`,
  'entities of runs that the other subgraph names': `{ notedRuns(ids: ["${id}"]) { created } }`,
};
const expensive = `{ taskRuns(${task}, first: 100) { nodes { id response note } } }`;

describe.each(federatedGateways)('behind $name', ({ start }) => {
  const issuer = createClientIssuer();
  const gateway = useOwnGateway({
    environment: {
      ...issuer.environment,
      COST_MODE: 'enforce',
      MAX_COST: '100',
      RATE_LIMIT_POINTS: '1',
      RATE_LIMIT_BURST: '40',
      RATE_LIMIT_EXEMPT: 'router',
    },
  });
  let graph: Awaited<ReturnType<typeof startFederation>>;
  beforeAll(async () => {
    graph = await startFederation(gateway, start);
  });
  afterAll(async () => {
    await graph?.stop();
    issuer.remove();
  });
  const ask = (client: string, query: string) =>
    graph.ask(query, { token: issuer.tokenOf(client, demoSubjects.viewer) });

  it.each(Object.entries(queries))(
    'a client without points gets RATE_LIMITED for %s, with the time of the next attempt',
    async (_, query) => {
      let limited = await ask('app', query);
      for (let sent = 0; sent < 20 && limited.errors === undefined; sent += 1) limited = await ask('app', query);
      expect(limited.status).toBe(200);
      const extensions = limited.errors!.map((error) => error.extensions);
      expect(extensions).toMatchObject([
        {
          ...{ code: 'RATE_LIMITED', reason: 'RATE_LIMITED', status: 429 },
          ...{ cost: expect.any(Number), remaining: expect.any(Number), retryAfter: expect.any(Number) },
          docUrl: expect.stringMatching(/\/errors#RATE_LIMITED$/),
        },
      ]);
      const [{ cost, remaining, retryAfter }] = extensions as [Record<string, number>];
      expect(remaining).toBeLessThan(cost!);
      // One point per second, up to a maximum of 40.
      expect(retryAfter).toBeGreaterThanOrEqual(Math.min(cost!, 40) - remaining! - 1);
    },
  );

  it.each(Object.entries(queries))('an exempt client has no limit for %s', async (_, query) => {
    for (let sent = 0; sent < 10; sent += 1) expect((await ask('router', query)).errors).toBeUndefined();
  });

  it('an operation that costs too much gets COST_ESTIMATED_TOO_EXPENSIVE, from any client', async () => {
    for (const client of ['app', 'router']) {
      const { status, errors } = await ask(client, expensive);
      expect(status).toBe(200);
      expect(errors!.map(({ extensions }) => extensions)).toMatchObject([
        {
          ...{ code: 'COST_ESTIMATED_TOO_EXPENSIVE', reason: 'COST_ESTIMATED_TOO_EXPENSIVE', status: 422 },
          cost: { estimated: expect.any(Number), max: 100 },
          mostExpensive: expect.arrayContaining([{ path: 'taskRuns.nodes', cost: expect.any(Number) }]),
        },
      ]);
    }
  });
});
