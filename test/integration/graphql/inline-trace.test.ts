import { Trace } from '@apollo/usage-reporting-protobuf';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const run = (runId: string) =>
  `taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${runId}")`;
const query = `{ there: ${run(id)} { id files { name } } malformed: ${run('nonsense')} { id } }`;
const traced = { 'apollo-federation-include-trace': 'ftv1' };

describe('a trace for a federated gateway', () => {
  const gateway = useOwnGateway({ environment: { TRACE_CLIENTS: 'other,task-run-gateway-demo' } });

  const ask = async (headers: Record<string, string>) => {
    const { text, data } = await gateway.ask(query, { as: demoSubjects.viewer, headers });
    return { data, extensions: JSON.parse(text).extensions };
  };
  it('comes on request, with the time of every resolver', async () => {
    const { data, extensions } = await ask(traced);
    const trace = Trace.decode(Buffer.from(extensions.ftv1, 'base64'));
    expect(Number(trace.durationNs)).toBeGreaterThan(0);
    const [there, malformed] = trace.root!.child!;
    expect(there).toMatchObject({ responseName: 'there', type: 'TaskRun', parentType: 'Query' });
    expect(Number(there!.endTime)).toBeGreaterThan(Number(there!.startTime));
    expect(there!.child!.map(({ responseName }) => responseName)).toEqual(['id', 'files']);
    expect(there!.child![1]!.child).toHaveLength(data.there.files.length);
    expect(malformed!.error).toHaveLength(1);
    expect(malformed!.error![0]!.message).toBe('<masked>');
  });

  it('comes with the cost of the operation, where that is requested', async () => {
    const { extensions } = await ask({ ...traced, 'x-cost': '1' });
    expect(extensions).toEqual({
      ftv1: expect.any(String),
      cost: { requestedQueryCost: 11, actualQueryCost: expect.any(Number), throttleStatus: null },
    });
    expect(extensions.cost.actualQueryCost).toBeGreaterThan(0);
  });

  it('stays away when the cost is requested instead of a result', async () => {
    const headers = { ...traced, 'content-type': 'application/json' };
    const authorization = `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`;
    let explained: unknown;
    const statements = await gateway.statementsOf(async () => {
      const init = { method: 'POST', headers: { ...headers, authorization }, body: JSON.stringify({ query }) };
      explained = await (await fetch(`${gateway.url}/graphql?explain=cost`, init)).json();
    });
    expect(explained).toMatchObject({ data: null, extensions: { cost: { actualQueryCost: null } } });
    expect(statements).toEqual({});
  });

  it('stays away without the header', async () => {
    expect((await ask({})).extensions).toBeUndefined();
    expect((await ask({ 'apollo-federation-include-trace': 'other' })).extensions).toBeUndefined();
  });

  it('changes nothing else, with or without the header', async () => {
    const before = (await ask({})).data;
    expect((await ask(traced)).data).toEqual(before);
    expect((await ask({})).data).toEqual(before);
  });
});

describe('A trace for a client that is not in TRACE_CLIENTS', () => {
  const gateway = useOwnGateway({ environment: { TRACE_CLIENTS: 'other' } });

  it('stays away, and the response equals that without the header', async () => {
    const ask = (headers: Record<string, string>) =>
      gateway.ask('{ viewer { subject } }', { as: demoSubjects.viewer, headers });
    // Apollo Server prepares the document the first time; afterwards it comes from the cache.
    for (let time = 0; time < 3; time += 1) {
      const [asked, plain] = [await ask(traced), await ask({})];
      expect(asked.text).toBe(plain.text);
      expect(JSON.parse(asked.text)).toEqual({ data: { viewer: { subject: demoSubjects.viewer } } });
    }
  });
});
