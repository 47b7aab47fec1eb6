import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const project = `/api/v1/org/${orgId}/project/${projectId}`;
const task = `${project}/task/${taskId}`;
const path = `orgId: "${orgId}", projectId: "${projectId}"`;
const taskArguments = `${path}, taskId: "${taskId}"`;
const run = 'response runData submitted files { name }';
const inOrder = 'filter: { minTotalTokens: 10, createdAfter: "2026-10-01" }, orderBy: TOTAL_TOKENS_DESC';
const period = 'filter: { createdAfter: "2026-10-01", createdBefore: "2026-11-01" }';
const byHour = 'buckets(by: HOUR) { runs }';

/** The estimate for an operation, or the error for a REST request. */
interface ExplainedCost {
  readonly extensions: { readonly cost: { readonly requestedQueryCost: number } };
  readonly detail: { readonly cost: object };
}

describe('the expected cost of REST requests', () => {
  const gateway = useOwnGateway({ environment: { COST_MODE: 'enforce', MAX_COST: '1' } });
  const fetchAs = async (url: string, init: RequestInit = {}) => {
    const token = await gateway.tokenFor(demoSubjects.owner);
    const headers = { ...init.headers, authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${gateway.url}${url}`, { ...init, headers });
    return { status: response.status, body: (await response.json()) as ExplainedCost };
  };

  it.each([
    ['a page', `${task}/run?page_limit=7`, `taskRuns(${taskArguments}, first: 7) { nodes { ${run} } }`],
    ['a page of as many as there may be', `${task}/run`, `taskRuns(${taskArguments}, first: 100) { nodes { ${run} } }`],
    [
      'a filtered page in another order',
      `${project}/task_run?page_limit=7&min_total_tokens=10&created_after=2026-10-01&order_by=TOTAL_TOKENS_DESC`,
      `taskRuns(${path}, ${inOrder}, first: 7) { nodes { ${run} } }`,
    ],
    [
      'a report',
      `${task}/usage_report?start_date=2026-10-01&end_date=2026-10-31`,
      `taskRunStats(${taskArguments}, ${period}) { ${byHour} }`,
    ],
    [
      'a report of what has changed',
      `${project}/task_run/report?created_after=2026-10-01T00:00:00Z&created_before=2026-11-01T00:00:00Z`,
      `tasks: taskRunStats(${path}, ${period}) { groupBy(dimension: TASK) { llmCallTiming { p95 } previous { runs }
         groupBy(dimension: REVISION) { runs } } }
       kinds: taskRunStats(${path}, ${period}) { groupBy(dimension: FAILURE) { previous { runs }
         groupBy(dimension: TASK) { groupBy(dimension: REVISION) { runs } } } }
       affected: taskRunStats(${path}, ${period}) { previous { runs } }`,
    ],
  ])('equals for %s that of its operation, and rejects the request above the limit', async (_of, url, field) => {
    const rejected = await fetchAs(url);
    expect(rejected).toMatchObject({
      status: 422,
      body: { detail: { reason: 'COST_ESTIMATED_TOO_EXPENSIVE', most_expensive: [] } },
    });
    const { body } = await fetchAs('/graphql?explain=cost', {
      method: 'POST',
      body: JSON.stringify({ query: `{ ${field} }` }),
    });
    expect(rejected.body.detail.cost).toEqual({ estimated: body.extensions.cost.requestedQueryCost, max: 1 });
  });

  it('stays hidden without a token', async () => {
    expect((await fetch(`${gateway.url}${task}/run`)).status).toBe(401);
  });
});
