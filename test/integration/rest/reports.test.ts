// Compares the reports with GraphQL's statistics for the same period, and with handwritten SQL, over many runs.

import { seed } from '../../support/generated.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import { arrangeMeasuredRuns, measured } from '../../support/measured-runs.js';
import type { StatsNode } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, tasks, owner, executor, count } = measured;
const now = '2026-04-01T10:20:30.000000Z';
const sees: Readonly<Record<string, string>> = {
  [owner]: 'true',
  [executor]: `(task_id = '${tasks[1]}' OR user_id = '${executor}')`,
};
const callers = Object.keys(sees);

describe(`reports of ${count} runs of seed ${seed}`, () => {
  const gateway = useOwnGateway({
    arrange: arrangeMeasuredRuns,
    clock: { at: Date.parse(now) },
  });

  const project = () => `${gateway.url}/api/v1/org/${orgId}/project/${projectId}`;
  const task = (index = 0) => `${project()}/task/${tasks[index]}`;
  const report = async (as: string, url: string): Promise<GraphqlResponse['data']> => {
    const response = await requestRest(gateway, url, { as });
    expect(response.status).toBe(200);
    return response.json();
  };
  const graphql = async (as: string, taskId: string | null, filter: string, selection: string) => {
    const of = taskId === null ? '' : `taskId: "${taskId}"`;
    const scope = `orgId: "${orgId}", projectId: "${projectId}", ${of} filter: { ${filter} }`;
    return (await gateway.dataOf(`{ taskRunStats(${scope}) { ${selection} } }`, { as })).taskRunStats;
  };
  const byHand = (
    as: string,
    taskId: string | null,
    [from, to]: readonly [string, string],
    select: string,
    rest = '',
  ) =>
    gateway.query(
      `SELECT ${select} FROM task_run WHERE task_id IN ('${tasks.join("', '")}') AND ${sees[as]} AND created >= $1 AND created < $2
         AND ($3::uuid IS NULL OR task_id = $3) ${rest}`,
      [from, to, taskId],
    ) as Promise<(StatsNode & { timing: object })[]>;
  const bucket = (width: string, timeZone: string) =>
    `to_char(date_trunc('${width}', created, '${timeZone}') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  const map = (entries: readonly (readonly [string, unknown])[]) => Object.fromEntries(entries);

  const period = ['2025-10-20T22:00:00.000000Z', '2025-12-05T23:00:00.000000Z'] as const;
  const dates = 'start_date=2025-10-21&end_date=2025-12-05&time_zone=Europe/Berlin';
  const range = { start_date: period[0], end_date: period[1] };
  const filter = `createdAfter: "${period[0]}", createdBefore: "${period[1]}"`;

  describe.each(callers)('for %s', (as) => {
    it('count tokens', async () => {
      const body = await report(as, `${task()}/token_report?${dates}`);
      const sums = 'inputTokens outputTokens totalTokens runs';
      const stats = await graphql(
        as,
        tasks[0],
        filter,
        `${sums} byRevision: groupBy(dimension: REVISION) { value ${sums} }`,
      );
      const totals = (item: StatsNode) => ({
        total_input_tokens: Number(item.inputTokens),
        total_output_tokens: Number(item.outputTokens),
        total_tokens: Number(item.totalTokens),
        total_task_runs: item.runs,
      });
      const revisions = stats.byRevision.map((stat: StatsNode) => ({
        task_revision_id: stat.value,
        ...totals(stat),
      }));
      expect(body).toEqual({ task_id: tasks[0], date_range: range, ...totals(stats), task_revisions: revisions });
      const select = `coalesce(sum(input_tokens), 0)::integer AS total_input_tokens, coalesce(sum(output_tokens), 0)::integer AS total_output_tokens,
        coalesce(sum(total_tokens), 0)::integer AS total_tokens, count(*)::integer AS total_task_runs`;
      expect(body).toMatchObject((await byHand(as, tasks[0], period, select))[0]!);
      expect(body.task_revisions).toEqual(
        await byHand(
          as,
          tasks[0],
          period,
          `task_revision_id, ${select}`,
          'GROUP BY task_revision_id ORDER BY count(*) DESC, task_revision_id',
        ),
      );
      expect(revisions.length).toBeGreaterThan(2);
    });

    it.each([
      ['day', 'HOUR', 'hour', false],
      ['week', 'DAY', 'day', true],
    ] as const)('count usage by %s', async (aggregation, by, width, errorsOnly) => {
      const query = `${dates}&aggregation=${aggregation}${errorsOnly ? '&errors_only=True' : ''}`;
      const body = await report(as, `${task()}/usage_report?${query}`);
      const buckets = `buckets(by: ${by}, timeZone: "Europe/Berlin") { start runs }`;
      const stats = await graphql(
        as,
        tasks[0],
        errorsOnly ? `${filter}, status: FAIL` : filter,
        `${buckets} byRevision: groupBy(dimension: REVISION) { value ${buckets} }`,
      );
      const counts = (item: StatsNode) => ({
        total_counts: map(item.buckets.map(({ start, runs }: StatsNode) => [start, runs])),
      });
      expect(body).toEqual({
        ...{ task_id: tasks[0], date_range: range, aggregation },
        ...counts(stats),
        task_revisions: stats.byRevision.map((stat: StatsNode) => ({
          task_revision_id: stat.value,
          ...counts(stat),
        })),
      });
      const rows = await byHand(
        as,
        tasks[0],
        period,
        `${bucket(width, 'Europe/Berlin')} AS start, count(*)::integer AS runs`,
        `${errorsOnly ? 'AND is_error' : ''} GROUP BY 1`,
      );
      expect(body.total_counts).toEqual(map(rows.map(({ start, runs }) => [start, runs])));
      expect(rows.length).toBeGreaterThan(5);
    });

    it.each([
      ['day', 'FAIL', null],
      ['week', 'ALL', null],
      ['week', 'SUCCESS', tasks[1]],
    ] as const)("count a project's usage by %s, %s, for the task %s", async (aggregation, status, taskId) => {
      const query = `${dates}&aggregation=${aggregation}&status=${status}${taskId === null ? '' : `&task_id=${taskId}`}`;
      const body = await report(as, `${project()}/usage_report?${query}`);
      const stats = await graphql(
        as,
        taskId,
        status === 'ALL' ? filter : `${filter}, status: ${status}`,
        `runs buckets(by: ${aggregation === 'day' ? 'HOUR' : 'DAY'}, timeZone: "Europe/Berlin") { start runs }`,
      );
      const data = map(stats.buckets.map(({ start, runs }: StatsNode) => [start, runs]));
      const of = { project_id: projectId, date_range: range, aggregation, status };
      expect(body).toEqual({ ...of, data, total_runs: stats.runs });
      const condition = { ALL: '', SUCCESS: 'AND is_error IS NOT TRUE', FAIL: 'AND is_error' }[status];
      const rows = await byHand(
        as,
        taskId,
        period,
        `${bucket(aggregation === 'day' ? 'hour' : 'day', 'Europe/Berlin')} AS start, count(*)::integer AS runs`,
        `${condition} GROUP BY 1`,
      );
      expect(body.data).toEqual(map(rows.map(({ start, runs }) => [start, runs])));
    });

    it.each([
      ['hour', 'task'],
      ['day', 'task'],
      ['day', 'project'],
    ] as const)('measure timing by %s for a %s', async (aggregation, of) => {
      const taskId = of === 'task' ? tasks[1] : null;
      const days = 'start_date=2026-02-20T00:00:00Z&end_date=2026-03-01T00:00:00Z';
      const body = await report(
        as,
        `${of === 'task' ? task(1) : project()}/timing_report?${days}&aggregation=${aggregation}`,
      );
      const figures = '{ count avg min max p50 p90 p95 p99 }';
      const buckets = `buckets(by: ${aggregation.toUpperCase()}) { start runs llmCallTiming ${figures} inputProcessorTiming ${figures} }`;
      const bounds = ['2026-02-20T00:00:00.000000Z', '2026-03-01T00:00:00.000000Z'] as const;
      const stats = await graphql(
        as,
        taskId,
        `createdAfter: "${bounds[0]}", createdBefore: "${bounds[1]}"`,
        `${buckets} byRevision: groupBy(dimension: REVISION) { value ${buckets} }`,
      );
      const timing = (item: StatsNode, name: 'llmCallTiming' | 'inputProcessorTiming') =>
        map(item.buckets.filter((bucket) => bucket[name].count > 0).map((bucket) => [bucket.start, bucket[name]]));
      const timings = (item: StatsNode) => ({
        total_task_runs: map(item.buckets.map(({ start, runs }: StatsNode) => [start, runs])),
        llm_call_timing: timing(item, 'llmCallTiming'),
        input_processor_timing: timing(item, 'inputProcessorTiming'),
      });
      expect(body).toEqual({
        ...(of === 'task' ? { task_id: taskId } : { project_id: projectId }),
        ...{ date_range: { start_date: bounds[0], end_date: bounds[1] }, aggregation },
        ...timings(stats),
        task_revisions: stats.byRevision.map((stat: StatsNode) => ({
          task_revision_id: stat.value,
          ...timings(stat),
        })),
      });
      const percentile = (share: number) => `percentile_disc(${share}) WITHIN GROUP (ORDER BY llm_call_timing)`;
      const rows = await byHand(
        as,
        taskId,
        bounds,
        `${bucket(aggregation, 'UTC')} AS start, json_build_object('count', count(*), 'avg', round(avg(llm_call_timing)::numeric, 9)::double precision,
          'min', min(llm_call_timing), 'max', max(llm_call_timing), 'p50', ${percentile(0.5)}, 'p90', ${percentile(0.9)},
          'p95', ${percentile(0.95)}, 'p99', ${percentile(0.99)}) AS timing`,
        'AND llm_call_timing IS NOT NULL GROUP BY 1',
      );
      expect(body.llm_call_timing).toEqual(map(rows.map(({ start, timing }) => [start, timing])));
      expect(rows.length).toBeGreaterThan(8);
    });

    it.each([false, true])('sum credits, with reporting groups: %s', async (withGroups) => {
      const body = await report(as, `${task()}/credit_report?${dates}${withGroups ? '&show_reporting_group=1' : ''}`);
      const sums = 'chargedCredits runs';
      const stats = await graphql(
        as,
        tasks[0],
        filter,
        `${sums} byRevision: groupBy(dimension: REVISION) { value ${sums} byReportingGroup: groupBy(dimension: REPORTING_GROUP) { value reportingGroup { name } ${sums} } }`,
      );
      const totals = (item: StatsNode) => ({ total_credits: item.chargedCredits, total_task_runs: item.runs });
      const groups = (item: StatsNode) =>
        item.byReportingGroup.map((group: StatsNode) => ({
          id: group.value,
          name: group.reportingGroup?.name ?? null,
          ...totals(group),
        }));
      expect(body).toEqual({
        ...{ task_id: tasks[0], date_range: range },
        ...totals(stats),
        task_revisions: stats.byRevision.map((stat: StatsNode) => ({
          ...{ task_revision_id: stat.value, ...totals(stat) },
          ...(withGroups ? { reporting_groups: groups(stat) } : {}),
        })),
      });
      const select = 'coalesce(sum(charged_credits), 0)::text AS total_credits, count(*)::integer AS total_task_runs';
      expect(body).toMatchObject((await byHand(as, tasks[0], period, select))[0]!);
    });
  });

  it('take one statement, and one for the scope', async () => {
    const ask = () => report(owner, `${task()}/timing_report?${dates}&aggregation=day`);
    expect(await gateway.statementsOf(ask)).toEqual({ task_run_scopes: 1, task_run_statistics: 1 });
  });

  it("list a project's runs of one task", async () => {
    const { results } = await report(owner, `${project()}/task_run?task_id=${tasks[2]}&page_limit=5`);
    expect(results).toEqual((await report(owner, `${task(2)}/run?page_limit=5`)).results);
    expect(results).toHaveLength(5);
  });

  it.each([
    ['', '2026-03-25T10:20:30.000000Z', now],
    ['start_date=2026-03-01&end_date=2026-03-01', '2026-03-01T00:00:00.000000Z', '2026-03-02T00:00:00.000000Z'],
    ['start_date=yesterday&end_date=today', '2026-03-31T00:00:00.000000Z', '2026-04-02T00:00:00.000000Z'],
    ['start_date=yesterday&end_date=Yesterday', '2026-03-31T00:00:00.000000Z', '2026-04-01T00:00:00.000000Z'],
    ['start_date=today&time_zone=Pacific/Kiritimati', '2026-04-01T10:00:00.000000Z', now],
    ['start_date=today&time_zone=Pacific/Pago_Pago', '2026-03-31T11:00:00.000000Z', now],
    ['start_date=3 hours ago&end_date=1 hour ago', '2026-04-01T07:20:30.000000Z', '2026-04-01T09:20:30.000000Z'],
    ['start_date=2 days ago', '2026-03-30T10:20:30.000000Z', now],
    ['start_date=3 weeks ago&end_date=last week', '2026-03-11T10:20:30.000000Z', '2026-03-25T10:20:30.000000Z'],
    ['start_date=last month&end_date=now', '2026-03-01T10:20:30.000000Z', now],
    [
      'start_date=2026-03-29&end_date=2026-03-29&time_zone=Europe/Berlin',
      '2026-03-28T23:00:00.000000Z',
      '2026-03-29T22:00:00.000000Z',
    ],
    [
      'start_date=2025-09-07&end_date=2025-09-07&time_zone=America/Santiago',
      '2025-09-07T04:00:00.000000Z',
      '2025-09-08T03:00:00.000000Z',
    ],
    [
      'start_date=2026-03-29T01:00:00.5%2B02:00&end_date=2026-03-30T00:00:00Z',
      '2026-03-28T23:00:00.500000Z',
      '2026-03-30T00:00:00.000000Z',
    ],
  ])('cover the dates %s', async (query, start_date, end_date) => {
    const body = await report(owner, `${task()}/token_report?${query}`);
    expect(body.date_range).toEqual({ start_date, end_date });
  });

  it.each([
    ['token_report', 'start_date=tomorrow', 'start_date', /^must be an RFC 3339/],
    ['token_report', 'end_date=2026-02-30', 'end_date', /^is invalid: 2026-02 has the days/],
    ['token_report', 'end_date=9999-12-31', 'end_date', /^is invalid: its year must be from 0001 to 9999/],
    ['token_report', 'start_date=now&end_date=yesterday', 'start_date', /^must not be later than `end_date`$/],
    ['token_report', 'start_date=2024-03-02&end_date=2024-03-01', 'start_date', /^must not be later than `end_date`$/],
    ['token_report', 'time_zone=CET', 'time_zone', /^must be UTC or an IANA time zone/],
    [
      'token_report',
      'aggregation=day',
      'aggregation',
      /^is not a parameter: the parameters are start_date, end_date, time_zone$/,
    ],
    ['usage_report', 'aggregation=hour', 'aggregation', /^must be one of day, week, not "hour"$/],
    ['usage_report', 'errors_only=maybe', 'errors_only', /^must be true/],
    ['timing_report', 'aggregation=week', 'aggregation', /^must be one of hour, day, not "week"$/],
    ['credit_report', 'show_reporting_group=2', 'show_reporting_group', /^must be true/],
  ])('fail with 422: %s?%s', async (name, query, parameter, msg) => {
    const response = await requestRest(gateway, `${task()}/${name}?${query}`, { as: owner });
    expect([response.status, await response.json()]).toEqual([
      422,
      { detail: [{ loc: ['query', parameter], msg: expect.stringMatching(msg), type: expect.any(String) }] },
    ]);
  });

  it('fail with 422 beyond 10,000 buckets', async () => {
    const tasksOwn = '01a01e2f-2000-7900-5494-00000000ffff';
    await gateway.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Steady')", [tasksOwn, projectId]);
    await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
       SELECT (left($1::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, $1::uuid, $1::uuid, '{}', '2020-01-01Z'::timestamptz + n * interval '1 hour', 1, 2, 3
       FROM generate_series(1, 5001) AS n`,
      [tasksOwn],
    );
    const ask = (end: string) =>
      requestRest(gateway, `${project()}/task/${tasksOwn}/usage_report?start_date=2020-01-01&end_date=${end}`, {
        as: owner,
      });
    expect((await ask('2020-06-01')).status).toBe(200);
    const response = await ask('2021-01-01');
    expect([response.status, await response.json()]).toEqual([
      422,
      { detail: [{ loc: ['query', 'start_date'], msg: expect.stringContaining('10,000'), type: 'value_error' }] },
    ]);
  });

  it('serve HEAD, and return 304 for the same version', async () => {
    const url = `${task()}/credit_report?${dates}`;
    const response = await requestRest(gateway, url, { as: owner });
    const etag = response.headers.get('etag')!;
    const head = await requestRest(gateway, url, { as: owner, method: 'HEAD' });
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    const again = await requestRest(gateway, url, { as: owner, headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await requestRest(gateway, url, { as: executor, headers: { 'if-none-match': etag } })).status).toBe(200);
    expect((await requestRest(gateway, url, { as: owner, method: 'POST' })).status).toBe(405);
  });
});
