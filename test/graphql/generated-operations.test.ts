import fc from 'fast-check';
import { demoPlaces, demoSubjects } from '../../src/database/demo/demo-places.js';
import { createDemoRuns } from '../../src/database/demo/fill-demo-data.js';
import { databaseKinds } from '../support/databases.js';
import { operations } from '../support/operation-generator.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';

/** An operation whose trace is asked for is executed by graphql-js. */
const traced = { 'apollo-federation-include-trace': 'ftv1' };
const { richRun, failedRun } = demoPlaces;
const toList = ({ orgId, projectId, taskId, id }: typeof richRun) => [orgId, projectId, taskId, id];
const absent = richRun.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
const comparable = ({ data, errors, status }: Awaited<ReturnType<Gateway['ask']>>) => ({
  status,
  data,
  // Where an error leaves no data, whether others still make it into the response is up to chance.
  errors: data === null ? errors!.length > 0 : errors?.map((error) => JSON.stringify(error)).sort(),
});
const seed = Number(process.env.SEED ?? 20261101);

describe.each(databaseKinds)('the gateway on the %s database', (kind) => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway(kind);
  });
  afterAll(() => gateway.close());

  it(`returns for generated operations what graphql-js makes of them (seed ${seed})`, async () => {
    const token = await gateway.tokenFor(demoSubjects.owner);
    const manyRuns = createDemoRuns()
      .filter(({ run }) => run.taskId === richRun.taskId)
      .slice(0, 20);
    const [orgId, projectId, taskId, id] = toList(richRun) as [string, string, string, string];
    const good = [toList(richRun), toList(failedRun), ...manyRuns.map(({ run }) => [orgId, projectId, taskId, run.id])];
    const other = [
      [orgId, projectId, taskId, absent],
      [absent, projectId, taskId, id],
      [orgId, absent, taskId, id],
      [orgId, projectId, taskId, 'malformed'],
      ['', projectId, taskId, id],
    ];
    const groups = [...new Set(manyRuns.flatMap(({ run }) => run.reportingGroupId ?? []))];
    expect(groups.length).toBeGreaterThan(0);
    let withData = 0;
    await fc.assert(
      fc.asyncProperty(operations({ good, other, groups }), async ({ query, variables }) => {
        const expected = await gateway.ask(query, { token, variables, headers: traced });
        for (const time of ['first', 'second']) {
          const response = await gateway.ask(query, { token, variables });
          expect({ time, ...comparable(response) }).toEqual({ time, ...comparable(expected) });
        }
        if (expected.data != null) withData += 1;
      }),
      { numRuns: 150, seed },
    );
    expect(withData).toBeGreaterThan(75);
  }, 180_000);
});
