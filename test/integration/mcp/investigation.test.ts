// A scripted agent that knows only the tools' results finds out why a task fails more often than before.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import type { StatsNode, ViewerTask } from '../../support/responses.js';
import { useOwnGateway } from '../../support/start-gateway.js';
import { createToolClient, type ToolClient, tokensOf } from '../../support/tool-client.js';

const { taskId } = demoPlaces.richRun;
const day = 86_400_000;
const newRevision = '01a1ffff-0000-0000-0000-0000000000f0';
const oldRevision = '01a1ffff-0000-0000-0000-0000000000f1';

/** Returns the most recent Tuesday that ended more than a day ago, in UTC. */
function lastTuesday(): Date {
  const date = new Date(Date.now() - day);
  date.setUTCHours(0, 0, 0, 0);
  while (date.getUTCDay() !== 2) date.setTime(date.getTime() - day);
  return date;
}

const tuesday = lastTuesday();

const gateway = useOwnGateway({
  environment: { MCP: 'on' },
  async arrange({ query }) {
    await query('DELETE FROM task_run WHERE task_id = $1 AND created > $2', [
      taskId,
      new Date(tuesday.getTime() - 7 * day),
    ]);
    // One run per hour, of the old revision before Tuesday and alternating between both since then. Every third run of
    // the new one fails.
    await query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens,
         total_tokens, is_error)
       SELECT ('01a1ffff-0000-0000-0001-' || lpad((n + 1000)::text, 12, '0'))::uuid, $1, CASE WHEN is_new THEN $2::uuid ELSE $3::uuid END,
         '{"submitted": {"ticket": "Where is my refund?"}}',
         CASE WHEN fails THEN jsonb_build_object('detail', jsonb_build_object('message',
           'The tool lookup_order returned status 404 for order ' || n)) ELSE '{"category": "billing"}' END,
         created, 10, 2, 12, fails
       FROM (SELECT n, $4::timestamptz + n * interval '1 hour' AS created FROM generate_series(-168, 400) n) AS hours,
         LATERAL (SELECT n >= 0 AND n % 2 = 0 AS is_new) AS a, LATERAL (SELECT is_new AND n % 3 = 0 OR n % 40 = 1 AS fails) AS b
       WHERE created < now()`,
      [taskId, newRevision, oldRevision, tuesday],
    );
  },
});

/** Counts the tokens that a model would read. */
async function openBudget(): Promise<{ call: ToolClient['call']; used: () => { calls: number; tokens: number } }> {
  const client = await createToolClient(gateway.url, await gateway.tokenFor(demoSubjects.owner), 20_000);
  let tokens = tokensOf(JSON.stringify((await client.send('tools/list')).result));
  let calls = 0;
  return {
    async call(name, args) {
      const result = await client.call(name, args);
      calls += 1;
      tokens += result.tokens;
      return result;
    },
    used: () => ({ calls, tokens }),
  };
}

it('two calls report which revision fails more often since Tuesday, in under 4,000 tokens', async () => {
  const { call, used } = await openBudget();
  const listed = used().tokens;
  const found = await call('find_tasks', { name: 'Support triage' });
  const { task } = found.structured.data.viewer.tasks.find(
    ({ task }: ViewerTask) => task.project.name === 'Claims intake',
  );
  const { project } = task;
  const place = { orgId: project.organization.id, projectId: project.id, taskId: task.id };
  const { structured } = await call('report', { ...place, createdAfter: tuesday.toISOString() });
  const [finding] = structured.data.report.findings;
  expect(finding.where).toMatchObject({ taskId, taskRevisionId: newRevision });
  expect(finding.what).toContain('The tool lookup_order returned status 404 for order #');
  const { calls, tokens } = used();
  expect(calls).toBe(2);
  expect(tokens - listed).toBeLessThan(4000);
});

type Rate = readonly [start: string, errorRate: number];

it('tools answer why the failure rate of Support triage rose since Tuesday, in which revision, with two runs', async () => {
  const { call, used } = await openBudget();
  const found = await call('find_tasks', { name: 'Support triage' });
  const { task } = found.structured.data.viewer.tasks.find(
    ({ task }: ViewerTask) => task.project.name === 'Claims intake',
  );
  const place = { orgId: task.project.organization.id, projectId: task.project.id, taskId: task.id };
  const since = tuesday.toISOString();

  const before = await call('statistics', { ...place, filter: { createdAfter: '-21d' } });
  const rates = before.structured.data.taskRunStats.buckets.map(({ start, errorRate }: StatsNode) => [
    start,
    errorRate,
  ]);
  const average = (list: Rate[]) => list.reduce((sum, [, rate]) => sum + rate, 0) / list.length;
  const week = new Date(tuesday.getTime() - 6 * day).toISOString();
  const isSince = ([start]: Rate) => start >= since;
  expect(average(rates.filter(isSince))).toBeGreaterThan(
    3 * average(rates.filter(([start]: Rate) => start >= week && start < since)),
  );

  const { structured: failures } = await call('failures', { ...place, since });
  const [kind] = failures.data.failed.kinds;
  expect(failures.data.all.errorRate).toBeGreaterThan(failures.data.all.previous.errorRate);
  expect(kind.runs).toBeGreaterThan(kind.previous.runs);
  const [revision] = kind.byRevision;

  const explained = await call('explain_failure', { ...place, id: kind.newestRun.id, since });
  expect(explained.structured.data.taskRun.failure).toBe(kind.value);
  const rateOf = (id: string) =>
    explained.structured.data.taskRunStats.byRevision.find(({ value }: StatsNode) => value === id)?.errorRate ?? 0;
  expect(rateOf(revision.value)).toBeGreaterThan(3 * rateOf(oldRevision));

  const filter = { createdAfter: since, failureIn: [kind.value], taskRevisionId: revision.value };
  const { nodes } = (await call('list_runs', { ...place, filter, first: 2 })).structured.data.taskRuns;
  const runs = [];
  for (const { id } of nodes) runs.push((await call('get_run', { id })).structured.data.taskRun);

  expect({ revision: revision.value, kind: kind.value }).toEqual({
    revision: newRevision,
    kind: 'The tool lookup_order returned status 404 for order #',
  });
  expect(runs).toMatchObject([
    { status: 'FAIL', taskRevisionId: newRevision, failureMessage: expect.stringContaining('lookup_order') },
    { status: 'FAIL', taskRevisionId: newRevision, failureMessage: expect.stringContaining('lookup_order') },
  ]);
  const { calls, tokens } = used();
  expect(calls).toBeLessThanOrEqual(8);
  expect(tokens).toBeLessThanOrEqual(40_000);
});
