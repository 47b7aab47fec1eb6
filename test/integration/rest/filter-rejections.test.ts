import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import type { GraphqlBody, RestError } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId } = demoPlaces.richRun;
const as = demoSubjects.viewer;

describe('a rejected filter', () => {
  const gateway = useGateway();
  const ask = (query: Record<string, string>, path = 'task_run', accept = 'application/json') =>
    requestRest(
      gateway,
      `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/${path}?${new URLSearchParams(query)}`,
      {
        as,
        headers: { accept },
      },
    );

  it.each([
    [{ status_in: 'FAIL,done' }, ['status_in']],
    [{ max_llm_retries: 'x' }, ['max_llm_retries']],
    [{ min_charged_credits: '1e5' }, ['min_charged_credits']],
    [{ created_after: 'now', created_before: '-1h' }, ['created_after']],
    [{ filter: '{"OR":[{"reference":{"starts_with":"\\u0000"}}]}' }, ['filter', 'OR', 0, 'reference', 'starts_with']],
    [{ filter: '{"NOT":{}}' }, ['filter', 'NOT']],
    [{ filter: '{"run_data":[{"path":"a","exists":true}]}' }, ['filter', 'run_data', 0, 'path']],
    [{ filter: '{"created_after":"2024-02-30"}' }, ['filter', 'created_after']],
  ])('carries its location over REST: %j', async (query, place) => {
    for (const [path, accept] of [
      ['task_run', 'application/json'],
      ['task_run/export', 'text/csv'],
      ['task_run/changes', 'application/json'],
      ['task_run/changes', 'text/event-stream'],
    ] as const) {
      const response = await ask(query, path, accept);
      expect([response.status, await response.json()]).toEqual([
        422,
        { detail: [{ loc: ['query', ...place], msg: expect.any(String), type: expect.any(String) }] },
      ]);
    }
  });

  it.each([
    [{ user_id_in: '1' }, 'user_id_in'],
    [{ reporting_group_id_in: 'null,x' }, 'reporting_group_id_in'],
    [{ filter: '{"OR":[{"user_id":"x"}]}' }, 'filter.OR.0.user_id'],
  ])('names a malformed id over REST: %j', async (query, argument) => {
    const response = await ask(query);
    expect([response.status, ((await response.json()) as RestError).detail.argument]).toEqual([400, argument]);
  });

  it('fails cleanly when it is nested far too deep', async () => {
    // With several thousand levels, the library that reads them would overflow the stack in some Node.js releases.
    const depth = 1000;
    const text = `${'{"NOT":'.repeat(depth)}{"hasUser":true}${'}'.repeat(depth)}`;
    const document = (filter: string) =>
      `taskRuns(orgId: "${orgId}", projectId: "${projectId}", filter: ${filter}) { totalCount }`;
    const token = await gateway.tokenFor(as);
    const send = async (body: string) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      return (await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })).json() as Promise<GraphqlBody>;
    };
    const byVariable = await send(
      `{"query":${JSON.stringify(`query ($filter: TaskRunFilter) { ${document('$filter')} }`)},"variables":{"filter":${text}}}`,
    );
    const literal = text.replaceAll('"NOT"', 'NOT').replaceAll('"hasUser"', 'hasUser');
    const byLiteral = await send(JSON.stringify({ query: `{ ${document(literal)} }` }));
    for (const { errors } of [byVariable, byLiteral]) {
      expect(errors).toHaveLength(1);
      expect(errors[0].extensions.status).toBe(422);
    }
  });
});
