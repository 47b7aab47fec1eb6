import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useGateway, useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const path = { orgId, projectId, taskId };
const listRuns =
  'query ($orgId: ID!, $projectId: ID!, $taskId: ID!, $first: Int) { viewer { subject } taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, first: $first) { nodes { id response } } }';
const as = demoSubjects.owner;

describe('an operation above the limit of estimated cost', () => {
  const gateway = useOwnGateway({ environment: { COST_MODE: 'enforce', MAX_COST: '30' } });
  const ask = (accept: string, headers: Record<string, string> = {}) =>
    gateway.ask(listRuns, { as, variables: { ...path, first: 100 }, headers: { accept, ...headers } });

  it.each([
    ['*/*', 200, 'application/json'],
    ['application/json', 200, 'application/json'],
    ['application/graphql-response+json, application/json;q=0.9', 200, 'application/json'],
    ['application/graphql-response+json', 422, 'application/graphql-response+json'],
  ])(
    'fails, for a client that accepts %s, with HTTP status %d, and nothing is read',
    async (accept, status, mediaType) => {
      // On the second attempt, the document is cached.
      for (let time = 0; time < 2; time += 1) {
        expect(
          await gateway.statementsOf(async () => {
            const answer = await ask(accept);
            expect({ status: answer.status, type: answer.headers.get('content-type')?.split(';')[0] }).toEqual({
              status,
              type: mediaType,
            });
            expect(answer.data).toBeUndefined();
            expect(answer.errors).toEqual([
              {
                message: expect.any(String),
                extensions: {
                  code: 'COST_ESTIMATED_TOO_EXPENSIVE',
                  reason: 'COST_ESTIMATED_TOO_EXPENSIVE',
                  status: 422,
                  cost: { estimated: expect.any(Number), max: 30 },
                  mostExpensive: expect.arrayContaining([{ path: 'taskRuns.nodes', cost: 100 }]),
                },
              },
            ]);
            expect(answer.errors![0]!.extensions.cost.estimated).toBeGreaterThan(100);
          }),
        ).toEqual({});
      }
    },
  );

  it('runs where its variables make it cheaper', async () => {
    const data = await gateway.dataOf(listRuns, { as, variables: { ...path, first: 1 } });
    expect(data.taskRuns.nodes).toHaveLength(1);
  });

  it('fails with a trace, too', async () => {
    const answer = await ask('application/json', { 'apollo-federation-include-trace': 'ftv1' });
    expect(answer.errors?.[0]?.extensions.code).toBe('COST_ESTIMATED_TOO_EXPENSIVE');
  });
});

describe('an expensive operation', () => {
  const gateway = useGateway();

  it('runs where costs are only measured', async () => {
    const lists = Array.from(
      { length: 20 },
      (_, index) =>
        `l${index}: taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, first: 100) { totalCount }`,
    );
    await gateway.dataOf(`query ($orgId: ID!, $projectId: ID!, $taskId: ID!) { ${lists.join(' ')} }`, {
      as,
      variables: path,
    });
  });
});
