// Client mistakes detected by graphql-js itself, some of them only during execution.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;

describe('a client error that only execution finds', () => {
  const gateway = useGateway();

  it.each([
    ['an order', `query ($v: TaskRunOrder) { taskRuns(${task}, orderBy: $v) { nodes { id } } }`],
    ['a time zone', `query ($v: String) { taskRunStats(${task}) { buckets(by: DAY, timeZone: $v) { runs } } }`],
    ['a flag', `query ($v: Boolean) { taskRun(${task}, id: "${id}") { files { downloadUrl(inline: $v) } } }`],
    ['a condition', `query ($v: Boolean = true) { taskRun(${task}, id: "${id}") { id @include(if: $v) } }`],
  ])('differs from an internal error: %s that is null', async (_what, query) => {
    for (let repeated = 0; repeated < 5; repeated += 1) {
      const { status, errors } = await gateway.ask(query, { as: demoSubjects.owner, variables: { v: null } });
      expect(status).toBe(200);
      expect(errors!.length).toBeGreaterThan(0);
      for (const { extensions } of errors!) {
        expect(extensions).toEqual({ code: 'BAD_USER_INPUT', status: 422, reason: 'BAD_USER_INPUT' });
      }
    }
    expect((await gateway.logLines()).filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });

  it('differs from an internal error: a mutation', async () => {
    const query = 'mutation { x }';
    for (const [accept, httpStatus] of [
      ['application/json', 200],
      ['application/graphql-response+json', 400],
    ] as const) {
      const { status, data, errors } = await gateway.ask(query, { as: demoSubjects.owner, headers: { accept } });
      expect(data).toBeUndefined();
      expect(errors![0]!.extensions).toMatchObject({ code: 'OPERATION_RESOLUTION_FAILURE', status: 422 });
      expect(status).toBe(httpStatus);
    }
  });

  it('suggests names to callers who may introspect, also about variables', async () => {
    for (const [query, variables] of [
      [`query ($v: TaskRunFilter) { taskRuns(${task}, filter: $v) { totalCount } }`, { v: { stat: 1 } }],
      [`query ($v: TaskRunFilter) { taskRuns(${task}, filter: $v) { totalCount } }`, { v: { OR: [{ statu: 1 }] } }],
    ] as const) {
      const { text, errors } = await gateway.ask(query, { as: demoSubjects.owner, variables });
      expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
      expect(text).toContain('Did you mean');
    }
  });

  it('needs a single pass, however often its words resemble a suggestion: several would take minutes', async () => {
    const query = `query ($v: TaskRunFilter) { taskRuns(${task}, filter: $v) { totalCount } }`;
    const variables = { v: ' Did you mean '.repeat(60_000) };
    const { errors } = await gateway.ask(query, { as: demoSubjects.owner, variables });
    expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  });
});
