import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const path = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const run = `taskRun(${path}, id: "${id}")`;
const manyIds = Array.from({ length: 70 }, (_, index) => `${id.slice(0, -2)}${index + 10}`);
const page = `{ taskRuns(${path}, first: 3) { nodes { id response } } }`;

interface CostResponse {
  readonly data: GraphqlResponse['data'];
  readonly extensions: {
    readonly cost: {
      readonly actualQueryCost: number;
      readonly statements: readonly { name: string; count: number }[];
    };
  };
}

describe('the cost of an operation', () => {
  const gateway = useGateway();
  const post = async (path: string, headers: Record<string, string> = {}, query = page) => {
    const token = await gateway.tokenFor(demoSubjects.owner);
    const response = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify({ query }),
    });
    return {
      status: response.status,
      ...((await response.json()) as CostResponse),
    };
  };

  it('appears next to the result on request, the first time and later', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { data, extensions } = await post('/graphql', { 'x-cost': '1' });
      expect(data.taskRuns.nodes).toHaveLength(3);
      expect(extensions).toEqual({
        cost: { requestedQueryCost: 13, actualQueryCost: expect.any(Number), throttleStatus: null },
      });
      expect(extensions.cost.actualQueryCost).toBeGreaterThan(0);
    }
  });

  it('includes the time that a new document takes, also when it is invalid', async () => {
    const processorPoints = async () => {
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      return Number(/^gateway_cost_points_total\{kind="processor"\} ([\d.e-]+)/m.exec(metrics)![1]);
    };
    const costOf = async (query: string) => {
      const before = await processorPoints();
      await post('/graphql', {}, query);
      return (await processorPoints()) - before;
    };
    // Takes the smaller measurement, because a busy machine inflates measurements.
    const small = Math.min(await costOf('{ nothing }'), await costOf('{ nothing2 }'));
    const large = await costOf(`{ ${Array.from({ length: 3000 }, (_, index) => `a${index}: nothing`).join(' ')} }`);
    expect(large).toBeGreaterThan(small + 5);
  });

  it('stays out of other responses', async () => {
    expect(await post('/graphql')).not.toHaveProperty('extensions');
  });

  it('comes without executing the operation with explain=cost', async () => {
    let explained: unknown;
    const statements = await gateway.statementsOf(async () => {
      explained = await post('/graphql?explain=cost');
    });
    expect(explained).toEqual({
      status: 200,
      data: null,
      extensions: {
        cost: {
          requestedQueryCost: 13,
          actualQueryCost: null,
          throttleStatus: null,
          mostExpensive: [
            { path: 'taskRuns', cost: 13 },
            { path: 'taskRuns.nodes', cost: 3 },
            { path: 'taskRuns.nodes.response', cost: 3 },
          ],
          statements: [{ name: 'task_run_pages_by_task', count: 1 }],
        },
      },
    });
    expect(statements).toEqual({});
  });

  it.each([
    ['a run, and the same run', `{ ${run} { id files { name } } again: ${run} { response reportingGroup { name } } }`],
    ['runs by their ids', `{ taskRunsByIds(${path}, ids: ["${id}"]) { id } }`],
    ['more runs than a statement reads', `{ taskRunsByIds(${path}, ids: ${JSON.stringify(manyIds)}) { id } }`],
    [
      'three larger pages, of which two wait for a batch',
      `{ ${[20, 21, 22].map((size) => `page${size}: taskRuns(${path}, first: ${size}) { nodes { id } }`).join(' ')} }`,
    ],
    [
      'two pages',
      `{ one: taskRuns(${path}, first: 1) { nodes { id } } two: taskRuns(${path}, first: 2) { nodes { id } } }`,
    ],
    ['who the caller is', '{ viewer { organizations { organization { id } } } }'],
    ['nothing that is read', '{ __typename errorCatalog { code } }'],
    ['a run that is refused', '{ taskRun(orgId: "?", projectId: "?", taskId: "?", id: "?") { id } }'],
  ])('names the statements that begin %s', async (_of, query) => {
    const { extensions } = await post('/graphql?explain=cost', {}, query);
    const sent = await gateway.statementsOf(() => post('/graphql', {}, query));
    const named = extensions.cost.statements.map(({ name, count }: { name: string; count: number }) => [name, count]);
    expect(Object.fromEntries(named)).toEqual(sent);
  });

  it('omits statements that depend on the results of others', async () => {
    const query = `{ taskRuns(${path}) { totalCount nodes { id } } }`;
    const { extensions } = await post('/graphql?explain=cost', {}, query);
    expect(extensions.cost.statements).toEqual([{ name: 'task_run_pages_by_task', count: 1 }]);
  });

  it('hides errors of operations that are not executed', async () => {
    const before = await gateway.errors();
    await post('/graphql?explain=cost', {}, '{ taskRun(orgId: "?", projectId: "?", taskId: "?", id: "?") { id } }');
    await post('/graphql?explain=cost');
    expect(await gateway.errors()).toEqual(before);
  });

  it('names no statements of a subscription, which depend on what changes', async () => {
    const { data, extensions } = await post(
      '/graphql?explain=cost',
      {},
      `subscription { taskRunChanged(${path}) { __typename } }`,
    );
    expect({ data, ...extensions.cost }).toMatchObject({ data: null, statements: null });
  });
});
