// The client of the REST API, whose types come from the OpenAPI document, reads the same data as GraphQL.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  createRestClient,
  dataOf,
  fetchRun,
  type RestClient,
  RestError,
  type TaskPath,
  type TaskRun,
  walkRuns,
} from '../clients/openapi-fetch.js';
import { type Triage, triageOf } from '../clients/triage.js';
import { type Gateway, startGateway } from './gateway.js';

describe('The client of the REST API', () => {
  let gateway: Gateway;
  let client: RestClient;
  let path: TaskPath & { task_run_id: string };
  /** The same as arguments of GraphQL. */
  let projectArguments: string;
  let taskArguments: string;
  before(async () => {
    gateway = await startGateway();
    client = createRestClient(gateway.origin, gateway.token);
    const { variables } = gateway.examples.find(({ name }) => name === 'OneRun')!;
    const { orgId, projectId, taskId, id } = variables as Record<string, string>;
    path = { org_id: orgId!, project_id: projectId!, task_id: taskId!, task_run_id: id! };
    projectArguments = `orgId: "${orgId}", projectId: "${projectId}"`;
    taskArguments = `${projectArguments}, taskId: "${taskId}"`;
  });
  after(() => gateway.stop());

  async function askGraphql<T>(query: string): Promise<T> {
    const { data, errors } = await gateway.ask({ query, variables: {} });
    assert.equal(errors, undefined);
    return data as T;
  }

  it('fetches a run', async () => {
    const { taskRun } = await askGraphql<{ taskRun: Record<string, unknown> }>(
      `{ taskRun(${taskArguments}, id: "${path.task_run_id}") { id created totalTokens chargedCredits response } }`,
    );
    const run = await fetchRun(client, path);
    assert.ok(run);
    const { id, created, total_tokens, charged_credits, response, files } = run;
    assert.deepEqual({ id, created, totalTokens: total_tokens, chargedCredits: charged_credits, response }, taskRun);
    const [file] = files!;
    const bytes = await (await fetch(file!.download_url)).arrayBuffer();
    assert.equal(bytes.byteLength, file!.size_bytes);
  });

  it('returns null for a missing run, and an error for a forbidden one', async () => {
    const absent = { ...path, task_run_id: path.task_run_id.replace(/.$/, '0') };
    assert.equal(await fetchRun(client, absent), null);
    const stranger = createRestClient(gateway.origin, gateway.strangersToken);
    await assert.rejects(fetchRun(stranger, path), isError(403, 'PERMISSION_CHECK_FAILED', /./));
    await assert.rejects(
      fetchRun(client, { ...path, task_run_id: '42' }),
      isError(400, 'MALFORMED_RESOURCE_IDENTIFIER', /./),
    );
  });

  it('names each value that is wrong', async () => {
    const pages = walkRuns(client, path, { created_after: 'soon' });
    await assert.rejects(
      pages.next(),
      isError(422, 'VALIDATION_FAILED', /^query\.created_after: .*must be an RFC 3339/),
    );
  });

  it('walks the pages of the runs that a filter matches', async () => {
    const { taskRuns } = await askGraphql<{ taskRuns: { totalCount: number } }>(
      `{ taskRuns(${taskArguments}, filter: { minLlmRetries: 1, statusIn: [SUCCESS, FAIL] }) { totalCount } }`,
    );
    const pageLimit = 5;
    assert.ok(taskRuns.totalCount > 2 * pageLimit);
    const filter = { min_llm_retries: 1, status_in: ['SUCCESS', 'FAIL'] as ('SUCCESS' | 'FAIL')[] };
    const runs = await all(walkRuns(client, path, filter, pageLimit));
    assert.equal(new Set(runs.map(({ id }) => id)).size, taskRuns.totalCount);
    assert.ok(runs.every(({ llm_retries }) => llm_retries! >= 1));
    const newestFirst = runs.map(({ created }) => created);
    assert.deepEqual(newestFirst, newestFirst.toSorted().reverse());
  });

  it('reads a report of the project', async () => {
    const period = 'createdAfter: "2026-10-01T00:00:00Z", createdBefore: "2026-11-01T00:00:00Z"';
    const { taskRunStats } = await askGraphql<{ taskRunStats: { runs: number } }>(
      `{ taskRunStats(${projectArguments}, filter: { status: FAIL, ${period} }) { runs } }`,
    );
    const { org_id, project_id } = path;
    const report = dataOf(
      await client.GET('/api/v1/org/{org_id}/project/{project_id}/usage_report', {
        params: {
          path: { org_id, project_id },
          query: { start_date: '2026-10-01', end_date: '2026-10-31', aggregation: 'week', status: 'FAIL' },
        },
      }),
    );
    assert.ok(taskRunStats.runs > 0);
    assert.equal(report.total_runs, taskRunStats.runs);
    const counts = Object.values(report.data);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      report.total_runs,
    );
    assert.ok(Object.keys(report.data).every((start) => /^2026-10-\d\dT00:00:00\.000000Z$/.test(start)));
  });

  it('reads responses through the type of their task', async () => {
    const run = await fetchRun(client, path);
    const triage: Triage = triageOf(run!)!;
    assert.equal(triage.category, 'billing');
    const [alternative] = triage.route.alternatives;
    // Its type is a number for the compiler.
    const percent: number = alternative!.confidence * 100;
    assert.ok(percent > 0 && percent < 100);

    const succeeded = (await all(walkRuns(client, path, { status: 'SUCCESS' }))).map(triageOf);
    const triages = succeeded.filter((item) => item !== null);
    assert.ok(triages.length > 50);
    for (const { route, summary, priority, needs_human } of triages) {
      assert.deepEqual(
        [typeof route.team, typeof route.confidence, typeof summary, typeof priority, typeof needs_human],
        ['string', 'number', 'string', 'string', 'boolean'],
      );
    }
    assert.deepEqual((await all(walkRuns(client, path, { status: 'FAIL' }))).map(triageOf).filter(Boolean), []);
  });
});

async function all(runs: AsyncIterable<TaskRun | null>): Promise<TaskRun[]> {
  const found: TaskRun[] = [];
  for await (const run of runs) {
    assert.ok(run);
    found.push(run);
  }
  return found;
}

function isError(status: number, reason: string, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof RestError);
    assert.deepEqual([error.status, error.reason], [status, reason]);
    assert.match(error.message, message);
    return true;
  };
}
