// Compares the cost that a router computes from the schema's directives with this gateway's estimate.

import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { useGateway } from '../support/start-gateway.js';
import { startFederation, startHiveGateway } from './federated-gateways.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const task = `${project}, taskId: "${taskId}"`;
const as = demoSubjects.viewer;

describe("Hive Gateway's count of an operation", () => {
  const gateway = useGateway();
  let graph: Awaited<ReturnType<typeof startFederation>>;
  beforeAll(async () => {
    graph = await startFederation(gateway, (supergraph) =>
      startHiveGateway(supergraph, { demandControl: { includeExtensionMetadata: true } }),
    );
  });
  afterAll(() => graph?.stop());

  const costOf = (text: string) => JSON.parse(text).extensions.cost;

  it.each([
    ['a run', `{ taskRun(${task}, id: "${id}") { id response runData } }`],
    [
      'two runs, and the caller',
      `{ one: taskRun(${task}, id: "${id}") { id } two: taskRun(${task}, id: "${id}") { response } viewer { subject } }`,
    ],
    ['a page of 7', `{ taskRuns(${task}, first: 7) { nodes { id response submitted } } }`],
    ['the last 3 of a project', `{ taskRuns(${project}, last: 3) { edges { node { id runData } } } }`],
    [
      'a page as long as a variable says',
      `query ($first: Int!) { taskRuns(${task}, first: $first) { nodes { response } } }`,
    ],
    ['changes', `{ taskRunChanges(${task}, first: 5) { changes { run { response } } } }`],
  ])('equals that of this gateway for %s', async (_of, query) => {
    const variables = { first: 4 };
    const { text } = await graph.ask(query, { as, variables });
    const counted = costOf(text);
    const own = await gateway.ask(query, { as, variables, headers: { 'x-cost': '1' } });
    expect(counted.estimated).toBeGreaterThan(0);
    expect(counted.estimated).toBe(costOf(own.text).requestedQueryCost);
  });
});
