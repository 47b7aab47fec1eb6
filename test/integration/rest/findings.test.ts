// The report of what has changed, over REST and as a tool for agents.

import { arrangeReportWorld, period, places, previousPeriod, revisions, subjects } from '../../support/report-world.js';
import type { RestError, RestPage } from '../../support/responses.js';
import { type RestOptions, requestRest } from '../../support/rest-client.js';
import { useOwnGateway } from '../../support/start-gateway.js';
import { createToolClient } from '../../support/tool-client.js';

const { orgId, projectId } = places;
const gateway = useOwnGateway({
  arrange: arrangeReportWorld,
  clock: { at: Date.parse(period.created_before) },
  environment: { MCP: 'on' },
});
const organization = `/api/v1/org/${orgId}/task_run`;
const project = `/api/v1/org/${orgId}/project/${projectId}/task_run`;

type Parameters = Readonly<Record<string, unknown>>;

interface RestFinding {
  readonly rule: string;
  readonly what: string;
  readonly runs: number;
  readonly where: Readonly<Record<string, string>>;
  readonly show: Parameters;
}

async function get(path: string, parameters: Parameters, options: RestOptions): Promise<Response> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    for (const each of [value].flat()) query.append(name, String(each));
  return requestRest(gateway, `${gateway.url}${path}?${query}`, options);
}

async function reportOf(path: string, options: RestOptions, parameters: Parameters = {}) {
  const response = await get(`${path}/report`, parameters, options);
  const body = await response.json();
  expect([response.status, body]).toEqual([200, expect.any(Object)]);
  return body as { readonly period: object; readonly previous: object; readonly findings: readonly RestFinding[] };
}

async function countRuns(path: string, show: Parameters, options: RestOptions): Promise<number> {
  let count = 0;
  let cursor: string | null = null;
  do {
    const page: Parameters = { ...show, page_limit: 100, ...(cursor && { cursor }) };
    const { results, pagination } = (await (await get(path, page, options)).json()) as RestPage;
    count += results.length;
    cursor = pagination.next_cursor;
  } while (cursor);
  return count;
}

const summaryOf = ({ rule, where }: RestFinding) => ({
  rule,
  task: where.task_id,
  ...(where.task_revision_id && { revision: where.task_revision_id }),
});
const inMicroseconds = (moments: object) =>
  Object.fromEntries(Object.entries(moments).map(([name, text]) => [name, text.replace('Z', '.000000Z')]));

const usageChanges = [
  { rule: 'stopped', task: places.stopped },
  { rule: 'p95_rose', task: places.slow },
  { rule: 'credits_rose', task: places.costly },
  { rule: 'retries_rose', task: places.retried },
  { rule: 'failure_rate_rose', task: places.failing, revision: revisions.new },
];

describe('a report', () => {
  it('finds each change once, and begins with those that affect most runs', async () => {
    const { findings, ...periods } = await reportOf(organization, { as: subjects.owner });
    expect(periods).toEqual({ period: inMicroseconds(period), previous: inMicroseconds(previousPeriod) });
    const runs = findings.map((finding) => finding.runs);
    expect(runs).toEqual([...runs].sort((one, other) => other - one));
    const changes = [...usageChanges, { rule: 'failure_new', task: places.newFailure, revision: revisions.old }];
    expect(new Set(findings.map(summaryOf))).toEqual(new Set(changes));
    expect(findings.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'Task stopped: no runs, after 360 in the previous period.',
        'Invoice extraction, new revision v14: 33% of the runs failed, up from 5%.',
        `Task newFailure, revision ${revisions.old}: a new kind of failure in 1.7% of all runs: The secret oracle is silent`,
      ]),
    );
  });

  it.each([
    ['an organization', organization],
    ['a project', project],
  ])('of %s leads to exactly the runs that it counts', async (_what, path) => {
    for (const as of [subjects.owner, subjects.analyst]) {
      const { findings } = await reportOf(path, { as });
      expect(findings.length).toBeGreaterThan(3);
      for (const { runs, show, rule } of findings)
        expect({ as, rule, runs: await countRuns(path, show, { as }) }).toEqual({ as, rule, runs });
    }
  });

  it('of a task covers only that task', async () => {
    const { findings } = await reportOf(project, { as: subjects.owner }, { task_id: places.failing });
    expect(findings.map(summaryOf)).toEqual([usageChanges.at(-1)]);
    const [{ runs, show }] = findings as [RestFinding];
    expect(await countRuns(project, show, { as: subjects.owner })).toBe(runs);
  });

  it('about days without a change has no findings', async () => {
    const { findings } = await reportOf(organization, { as: subjects.owner }, previousPeriod);
    expect(findings).toEqual([]);
  });

  it('contains the same findings for agents', async () => {
    const client = await createToolClient(gateway.url, await gateway.tokenFor(subjects.owner), 20_000);
    const { structured } = await client.call('report', { orgId });
    const { findings } = await reportOf(organization, { as: subjects.owner });
    const { report } = structured.data;
    expect(report.findings.map(({ rule, what, runs }: RestFinding) => ({ rule, what, runs }))).toEqual(
      findings.map(({ rule, what, runs }) => ({ rule, what, runs })),
    );
    for (const { rule, runs, show } of report.findings) {
      const { orgId: of, filter } = show;
      const { taskRunStats } = await gateway.dataOf(
        'query ($of: ID!, $filter: TaskRunFilter) { taskRunStats(orgId: $of, filter: $filter) { runs } }',
        { as: subjects.owner, variables: { of, filter } },
      );
      expect({ rule, ...taskRunStats }).toEqual({ rule, runs });
      expect((await client.call('list_runs', { ...show, first: 1 })).structured.data.taskRuns.nodes).toHaveLength(1);
    }
  });

  it('counts the runs of the previous period for a task that has stopped', async () => {
    const { findings } = await reportOf(organization, { as: subjects.owner });
    const { runs, show } = findings.find(({ rule }) => rule === 'stopped')!;
    expect({ runs, show }).toMatchObject({ runs: 360, show: inMicroseconds(previousPeriod) });
  });

  it('ends at `createdBefore` for agents, and begins 24 hours before it by default', async () => {
    const client = await createToolClient(gateway.url, await gateway.tokenFor(subjects.owner), 20_000);
    const { structured } = await client.call('report', { orgId, createdBefore: previousPeriod.created_before });
    const { createdAfter, createdBefore } = structured.data.report.period;
    expect({ created_after: createdAfter, created_before: createdBefore }).toEqual(inMicroseconds(previousPeriod));
  });

  it('takes two statements more than its statistics', async () => {
    const read = () => reportOf(organization, { as: subjects.owner });
    const { task_run_statistics, ...others } = await gateway.statementsOf(read);
    // Tasks, kinds, and the hours of tasks that may have stopped.
    expect(task_run_statistics).toBe(3);
    expect(others).toEqual({
      organization_scope: 1,
      affected_runs: 1,
      failure_kinds_first_runs: 1,
      resource_names: 1,
      external_names: 1,
    });
  });
});

describe('the report of a caller', () => {
  it('who sees no payload has the findings about usage', async () => {
    const response = await get(`${organization}/report`, {}, { as: subjects.analyst });
    const text = await response.text();
    expect(new Set((JSON.parse(text).findings as RestFinding[]).map(summaryOf))).toEqual(
      // No kind explains this rate.
      new Set([...usageChanges, { rule: 'failure_rate_rose', task: places.newFailure }]),
    );
    expect(text).not.toMatch(/oracle|Reason|failure_in/);
  });

  it('who sees only own runs is about these', async () => {
    const { findings } = await reportOf(organization, { as: subjects.executor });
    expect(findings).toEqual([]);
  });

  it('whose token is confined to a task is about that task', async () => {
    const token = await gateway.tokenFor(subjects.confined, { taskId: places.slow });
    const { findings } = await reportOf(organization, { token });
    expect(findings.map(summaryOf)).toEqual([{ rule: 'p95_rose', task: places.slow }]);
  });

  it.each([organization, project])('without a role is forbidden: %s', async (path) => {
    expect((await get(`${path}/report`, {}, { as: subjects.stranger })).status).toBe(403);
  });
});

describe('the report of an analyst', () => {
  it('is the same whatever the payload is', async () => {
    const observe = async () => {
      let text = '';
      const statements = await gateway.statementsOf(async () => {
        text = await (await get(`${organization}/report`, {}, { as: subjects.analyst })).text();
      });
      return { text, statements };
    };
    const before = await observe();
    await gateway.query('UPDATE task_run SET response = $1', [{ detail: { message: 'Another text' } }]);
    expect(await observe()).toEqual(before);
  });
});

describe('the parameters of a report', () => {
  const reversed = { after: period.created_before, before: period.created_after };

  it('are named in the error for a period that ends before it begins', async () => {
    const parameters = { created_after: reversed.after, created_before: reversed.before };
    for (const path of [`${organization}/report`, organization]) {
      const response = await get(path, parameters, { as: subjects.owner });
      const { detail } = (await response.json()) as RestError;
      expect(detail).toMatchObject([
        { loc: ['query', 'created_after'], msg: 'must not be later than `created_before`' },
      ]);
    }
  });

  it.each([
    ['createdAfter', { createdAfter: reversed.after, createdBefore: reversed.before }, 'later than `createdBefore`'],
    ['createdAfter', { createdAfter: 'someday' }, 'must be an RFC 3339'],
    ['createdBefore', { createdBefore: 'someday' }, 'must be an RFC 3339'],
    ['createdBefore', { createdBefore: 5 }, ''],
  ])('are named to agents: %s', async (name, parameters, msg) => {
    const client = await createToolClient(gateway.url, await gateway.tokenFor(subjects.owner), 20_000);
    const { isError, text } = await client.call('report', { orgId, ...parameters });
    expect([isError, text]).toEqual([true, expect.stringContaining(name)]);
    expect(text).toContain(msg);
    expect(text).not.toContain('filter');
  });

  it.each([
    ['created_after', { created_after: 'someday' }],
    ['created_before', { created_before: 'someday' }],
    ['created_after', { created_after: '2024-03-12T00:00:00Z' }],
    ['created_after', { ...period, created_after: '0001-01-02T00:00:00Z' }],
    ['task_id', { task_id: places.slow }],
  ])('are rejected by the name of %s', async (name, parameters) => {
    const response = await get(`${organization}/report`, parameters, { as: subjects.owner });
    const { detail } = (await response.json()) as RestError;
    expect([response.status, detail]).toEqual([422, [expect.objectContaining({ loc: ['query', name] })]]);
  });
});
