// The supergraph in examples/federation, started with the commands in docs/federation.md in front of a gateway with
// demo data.

import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { block, readText } from '../docs/documents.js';
import { openShell, type Shell } from '../first-run/shell.js';
import { freePort } from '../support/free-port.js';
import { createGraphqlClient, type GraphqlClient } from '../support/graphql-client.js';
import { useGateway } from '../support/start-gateway.js';

describe('the supergraph of examples/federation', () => {
  const gateway = useGateway();
  const { viewer, stranger } = demoSubjects;
  let shell: Shell;
  let port: number;
  let graph: GraphqlClient;
  beforeAll(async () => {
    port = await freePort();
    shell = openShell({
      // npm's settings are there, including those for the network.
      ...(process.env as Record<string, string>),
      GATEWAY_URL: gateway.url,
      SUPERGRAPH_PORT: `${port}`,
      CUSTOMERS_PORT: `${await freePort()}`,
    });
    await shell.runUntil(block('supergraph-start').text, /The supergraph is ready/);
    graph = createGraphqlClient(`http://127.0.0.1:${port}`, gateway.tokenFor, false);
  });
  afterAll(() => shell.close());

  const disputedRun = `query ($reference: String!) {
    customer(reference: $reference) { name disputedRun { totalTokens customer { name } } }
  }`;
  const reference = 'order-104220';

  it('returns the documented response over both subgraphs', async () => {
    const client = openShell({ PATH: process.env.PATH! });
    try {
      const token = await gateway.tokenFor(viewer);
      const request = block('supergraph-request').text.replace(/^TOKEN=.*$/m, `TOKEN=${token}`);
      const response = await client.run(request.replace(':4001/', `:${port}/`));
      expect(JSON.parse(response)).toEqual(JSON.parse(block('supergraph-response').text));
    } finally {
      await client.close();
    }
  });

  it('adds the customers to the runs of a list', async () => {
    const { orgId, projectId, taskId } = demoPlaces.richRun;
    const query = `query ($orgId: ID!, $projectId: ID!, $taskId: ID!, $reference: String!) {
      taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: { reference: { eq: $reference } }) {
        nodes { reference customer { name } }
      }
    }`;
    const { taskRuns } = await graph.dataOf(query, { as: viewer, variables: { orgId, projectId, taskId, reference } });
    expect(taskRuns.nodes).toContainEqual({ reference, customer: { name: 'Baltic Freight' } });
  });

  it("returns FORBIDDEN at the path of somebody else's run, beside the customer", async () => {
    const { data, errors } = await graph.ask(disputedRun, { as: stranger, variables: { reference } });
    expect(data).toEqual({ customer: { name: 'Baltic Freight', disputedRun: null } });
    expect(errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', status: 403, reason: 'PERMISSION_CHECK_FAILED' } },
    ]);
    expect(errors![0]!.path!.slice(0, 2)).toEqual(['customer', 'disputedRun']);
  });

  it('returns NOT_FOUND for a run that does not exist, to a caller who may see the task', async () => {
    const variables = { reference: 'order-104221' };
    const { data, errors } = await graph.ask(disputedRun, { as: viewer, variables });
    expect(data).toEqual({ customer: { name: 'Elbe Bakery', disputedRun: null } });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND', status: 404 } }]);
    const forbidden = await graph.ask(disputedRun, { as: stranger, variables });
    expect(forbidden.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', status: 403 } }]);
  });

  it('reads a disputed run by one statement', async () => {
    const statements = await gateway.statementsOf(() =>
      graph.dataOf(disputedRun, { as: viewer, variables: { reference } }),
    );
    expect(statements).toEqual({ task_runs_by_path: 1 });
  });
});

describe('the packages of examples/federation', () => {
  it('are exact versions, of which docs/federation.md names that of Hive Gateway', () => {
    const { dependencies } = JSON.parse(readText('examples/federation/package.json'));
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const [minor] = /^\d+\.\d+/.exec(dependencies['@graphql-hive/gateway-runtime'])!;
    expect(readText('docs/federation.md')).toContain(`Hive Gateway (runtime ${minor})`);
  });

  it('have open-source licenses', () => {
    const { packages } = JSON.parse(readText('examples/federation/package-lock.json'));
    const { '': _example, ...installed } = packages as Record<string, { readonly license?: string }>;
    const openSource = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Python-2.0'];
    for (const [path, { license }] of Object.entries(installed))
      expect([path, openSource.includes(license!)]).toEqual([path, true]);
  });
});
