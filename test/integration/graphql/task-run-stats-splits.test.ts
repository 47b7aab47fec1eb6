// Splits into any number of groups, the period before, and buckets with the empty ones: each is compared with SQL
// written by hand, over many runs.

import type { GraphQLObjectType } from 'graphql';
import { committedSchema, enumValues } from '../../support/committed-schema.js';
import { seed } from '../../support/generated.js';
import { arrangeMeasuredRuns, measured } from '../../support/measured-runs.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, tasks, owner, executor, count } = measured;
const scope = `orgId: "${orgId}", projectId: "${projectId}"`;

/** By caller, the condition under which it sees a run. */
const sees: Readonly<Record<string, string>> = {
  [owner]: `task_id IN ('${tasks.join("', '")}')`,
  [executor]: `(task_id = '${tasks[1]}' OR task_id IN ('${tasks[0]}', '${tasks[2]}') AND user_id = '${executor}')`,
};

const splits = {
  byStatus: ['status', "CASE WHEN is_error THEN 'FAIL' ELSE 'SUCCESS' END"],
  byUser: ['userId', 'user_id'],
  byContext: ['contextId', 'context_id COLLATE "C"'],
  byFailureReason: ['primaryFailureReason', 'left(primary_failure_reason, 1000) COLLATE "C"'],
  byFallbackModel: ['fallbackLlmModelId', 'fallback_llm_model_id'],
  byTask: ['taskId', 'task_id'],
  byRevision: ['taskRevisionId', 'task_revision_id'],
  byReportingGroup: ['reportingGroupId', 'reporting_group_id'],
} as const;
const orders = {
  RUNS_DESC: 'count(*)',
  ERRORS_DESC: 'count(*) FILTER (WHERE is_error)',
  FALLBACKS_DESC: 'count(*) FILTER (WHERE used_fallback_model)',
  RETRIES_DESC: 'coalesce(sum(llm_retries), 0)',
  TOTAL_TOKENS_DESC: 'sum(total_tokens)',
  CHARGED_CREDITS_DESC: 'coalesce(sum(charged_credits), 0)',
} as const;

const widths = { HOUR: 'hour', DAY: 'day', WEEK: 'week', MONTH: 'month' } as const;

const measures = `runs errors fallbacks retriesTotal totalTokens chargedCredits errorRate tokensPerSecond creditsPerSuccess
  llmCallTiming { count avg p95 }`;
const measuresByHand = `count(*)::integer AS runs, count(*) FILTER (WHERE is_error)::integer AS errors,
  count(*) FILTER (WHERE used_fallback_model)::integer AS fallbacks, coalesce(sum(llm_retries), 0)::text AS "retriesTotal",
  coalesce(sum(total_tokens), 0)::text AS "totalTokens", coalesce(sum(charged_credits), 0)::text AS "chargedCredits",
  round(count(*) FILTER (WHERE is_error) / nullif(count(*), 0)::numeric, 9)::double precision AS "errorRate",
  round((sum(output_tokens) FILTER (WHERE llm_call_timing IS NOT NULL) / nullif(sum(llm_call_timing), 0))::numeric, 9)::double precision AS "tokensPerSecond",
  trim_scale(round(coalesce(sum(charged_credits), 0) / nullif(count(*) FILTER (WHERE is_error IS NOT TRUE), 0), 9))::text AS "creditsPerSuccess",
  json_build_object('count', count(llm_call_timing), 'avg', round(avg(llm_call_timing)::numeric, 9)::double precision,
    'p95', percentile_disc(0.95) WITHIN GROUP (ORDER BY llm_call_timing)) AS "llmCallTiming"`;

describe('what statistics are compared by', () => {
  it('is every split, order of groups and width of buckets', () => {
    const fields = (committedSchema.getType('TaskRunStats') as GraphQLObjectType).getFields();
    const isSplit = (name: string) => /^by[A-Z]/.test(name);
    expect(Object.keys(splits).sort()).toEqual(Object.keys(fields).filter(isSplit).sort());
    expect(Object.keys(orders).sort()).toEqual(enumValues('TaskRunStatsOrder').sort());
    expect(Object.keys(widths).sort()).toEqual(enumValues('BucketWidth').sort());
  });
});

describe(`statistics of ${count} runs of seed ${seed}`, () => {
  const gateway = useOwnGateway({
    arrange: arrangeMeasuredRuns,
    clock: { at: Date.parse('2026-04-09T10:20:30Z') },
  });

  const statsOf = async (as: string, selection: string, filter = '') =>
    (await gateway.dataOf(`{ taskRunStats(${scope}, filter: { ${filter} }) { ${selection} } }`, { as })).taskRunStats;
  const groupsByHand = (as: string, split: keyof typeof splits, order: keyof typeof orders, first: number) => {
    const [key, value] = splits[split];
    return gateway.query(
      `SELECT ${value} AS "${key}", ${measuresByHand} FROM task_run WHERE ${sees[as]}
       GROUP BY ${value} ORDER BY ${orders[order]} DESC, ${value} LIMIT ${first}`,
    );
  };

  describe.each(Object.keys(sees))('for %s', (as) => {
    it.each(Object.keys(splits) as (keyof typeof splits)[])('are those of each group: %s', async (split) => {
      const [key] = splits[split];
      for (const [order, first] of [
        ['RUNS_DESC', 7],
        ['CHARGED_CREDITS_DESC', 100],
      ] as const) {
        const groups = (await statsOf(as, `${split}(first: ${first}, orderBy: ${order}) { ${key} ${measures} }`))[
          split
        ];
        expect(groups).toEqual(await groupsByHand(as, split, order, first));
      }
    });

    it.each(Object.keys(orders) as (keyof typeof orders)[])('are of the groups with most: %s', async (order) => {
      const { byUser } = await statsOf(as, `byUser(first: 12, orderBy: ${order}) { userId ${measures} }`);
      expect(byUser).toEqual(await groupsByHand(as, 'byUser', order, 12));
    });
  });

  it('have 20 of the groups there may be any number of, all of the others, whatever their order', async () => {
    const { byUser, byContext, byFailureReason, byTask, byStatus } = await statsOf(
      owner,
      `byUser { userId } byContext { contextId } byFailureReason { primaryFailureReason }
       byTask(orderBy: ERRORS_DESC) { taskId errors } byStatus { status runs }`,
    );
    expect([byUser, byContext, byFailureReason].map(({ length }) => length)).toEqual([20, 20, 20]);
    expect(byTask.map(({ taskId }: { taskId: string }) => taskId).sort()).toEqual(tasks);
    const errors = byTask.map((task: { errors: number }) => task.errors);
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(byStatus.map(({ status }: { status: string }) => status)).toEqual(['SUCCESS', 'FAIL']);
  });

  it('of several tops side by side are those of each alone, also beside all groups', async () => {
    const tops = {
      most: 'byUser(first: 5) { userId runs }',
      dearest: 'byUser(first: 9, orderBy: CHARGED_CREDITS_DESC) { userId runs buckets(by: MONTH) { start runs } }',
      contexts: 'byContext(first: 3) { contextId runs }',
      revisions:
        'byRevision(first: 2, orderBy: RETRIES_DESC) { taskRevisionId byReportingGroup { reportingGroupId runs } }',
      allRevisions: 'byRevision { taskRevisionId runs }',
      groups: 'byReportingGroup(first: 1) { reportingGroupId runs }',
    };
    const together = await statsOf(
      owner,
      Object.entries(tops)
        .map(([name, selection]) => `${name}: ${selection}`)
        .join(' '),
    );
    for (const [name, selection] of Object.entries(tops)) {
      expect({ [name]: together[name] }).toEqual(await statsOf(owner, `${name}: ${selection}`));
    }
    expect(together.revisions[0].byReportingGroup).toHaveLength(5);
  });

  it('tell a context without characters from runs without a context', async () => {
    const { byContext } = await statsOf(owner, 'byContext(first: 2) { contextId runs buckets(by: DAY) { runs } }');
    expect(byContext.map(({ contextId }: { contextId: string | null }) => contextId)).toEqual([null, '']);
    for (const { runs, buckets } of byContext) {
      expect(buckets.reduce((sum: number, bucket: { runs: number }) => sum + bucket.runs, 0)).toBe(runs);
    }
  });

  const labels = {
    HOUR: 'YYYY-MM-DD"T"HH24:MI',
    DAY: 'YYYY-MM-DD',
    WEEK: 'IYYY-"W"IW',
    MONTH: 'YYYY-MM',
  } as const;
  it.each([
    ['MONTH', 'Europe/Berlin', ''],
    ['MONTH', 'Pacific/Kiritimati', ''],
    ['WEEK', 'America/New_York', ''],
    ['DAY', 'Australia/Lord_Howe', ''],
    ['HOUR', 'Europe/Berlin', 'createdAfter: "2025-10-20T00:30:00Z", createdBefore: "2025-11-20T11:00:01Z"'],
    ['HOUR', 'Australia/Lord_Howe', 'createdAfter: "2025-10-04", createdBefore: "2025-10-07"'],
    ['DAY', 'America/Santiago', 'createdAfter: "2025-08-01", createdBefore: "2025-12-12T03:00:00Z"'],
    ['WEEK', 'UTC', 'createdAfter: "2025-07-03"'],
    ['MONTH', 'Asia/Kolkata', 'createdBefore: "2027-01-01T00:00:00Z"'],
  ] as const)('by %s in %s have all buckets, also those without runs: %s', async (by, timeZone, filter) => {
    const args = `by: ${by}, timeZone: "${timeZone}"`;
    const { whole, present, byTask } = await statsOf(
      owner,
      `whole: buckets(${args}, withEmpty: true) { start label runs chargedCredits llmCallTiming { count avg } errorRate }
       present: buckets(${args}) { start label runs chargedCredits llmCallTiming { count avg } errorRate }
       byTask { taskId buckets(${args}, withEmpty: true) { start runs } }`,
      filter,
    );
    const bounds = /createdAfter: "([^"]*)"/.exec(filter)?.[1] ?? null;
    const before = /createdBefore: "([^"]*)"/.exec(filter)?.[1] ?? null;
    const start = `date_trunc('${widths[by]}', moment, '${timeZone}')`;
    const byHand: any[] = await gateway.query(
      `WITH moments AS (SELECT generate_series(
           coalesce($1::timestamptz, min(created)), coalesce($2::timestamptz - interval '1 microsecond', '2026-04-09T10:20:30Z'), interval '15 minutes'
         ) AS moment FROM task_run WHERE ${sees[owner]} AND ($1::timestamptz IS NULL OR created >= $1) AND ($2::timestamptz IS NULL OR created < $2))
       SELECT DISTINCT to_char(${start} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS start,
         to_char(${start} AT TIME ZONE '${timeZone}', '${labels[by]}') AS local
       FROM moments ORDER BY 1`,
      [bounds, before],
    );
    expect(whole.map((bucket: { start: string }) => bucket.start)).toEqual(byHand.map((bucket) => bucket.start));
    const local = whole.map(({ label }: { label: string }) => label.replace(/T(\d\d:\d\d).*/, 'T$1'));
    expect(local).toEqual(byHand.map((bucket) => bucket.local));
    const hours = whole.filter(({ label }: { label: string }) => label.includes('T'));
    expect(hours.map(({ label }: { label: string }) => Date.parse(label))).toEqual(
      hours.map((bucket: { start: string }) => Date.parse(bucket.start)),
    );
    const none = { runs: 0, chargedCredits: '0', llmCallTiming: { count: 0, avg: null }, errorRate: null };
    const byStart = new Map(present.map((bucket: { start: string }) => [bucket.start, bucket]));
    expect(whole).toEqual(whole.map(({ start, label }: any) => byStart.get(start) ?? { start, label, ...none }));
    expect(present.length).toBeLessThan(whole.length);
    for (const task of byTask) {
      expect(task.buckets.map((bucket: { start: string }) => bucket.start)).toEqual(
        byHand.map((bucket) => bucket.start),
      );
    }
  });

  it('compare with the period before, for all runs and for each group', async () => {
    const filter = 'createdAfter: "2026-01-15T06:00:00.000001Z", createdBefore: "2026-03-01T00:00:00Z"';
    const names = [
      'runs',
      'errors',
      'totalTokens',
      'chargedCredits',
      'errorRate',
      'creditsPerSuccess',
      'tokensPerSecond',
    ];
    const changes = `previous { ${measures} } change { ${names.map((name) => `${name} { absolute ratio }`).join(' ')} llmCallTiming { absolute } }`;
    const stats = await statsOf(
      owner,
      `${measures} ${changes} byTask { taskId ${measures} ${changes} } byUser(first: 4) { userId ${measures} ${changes} }`,
      filter,
    );
    const byHand = async (condition: string) => {
      const [previous] = await gateway.query(
        `SELECT ${measuresByHand} FROM task_run WHERE ${sees[owner]} AND created >= '2025-12-01T12:00:00.000002Z'
           AND created < '2026-01-15T06:00:00.000001Z' AND ${condition}`,
      );
      return previous;
    };
    const sets: [string, any][] = [
      ['true', stats],
      ...stats.byTask.map((task: any) => [`task_id = '${task.taskId}'`, task]),
      ...stats.byUser.map((user: any) => [
        user.userId === null ? 'user_id IS NULL' : `user_id = '${user.userId}'`,
        user,
      ]),
    ];
    expect(sets).toHaveLength(8);
    for (const [condition, set] of sets) {
      expect(set.previous).toEqual(await byHand(condition));
      for (const name of names) {
        const { absolute, ratio } = set.change[name];
        expect(Number(absolute)).toBeCloseTo(Number(set[name]) - Number(set.previous[name]), 6);
        expect(ratio).toBeCloseTo(Number(set[name]) / Number(set.previous[name]) - 1, 6);
      }
      expect(Number(set.change.llmCallTiming.absolute)).toBeCloseTo(
        set.llmCallTiming.avg - set.previous.llmCallTiming.avg,
        6,
      );
    }
  });

  it('have no ratio to nothing, and nothing before the first run', async () => {
    const { previous, change } = await statsOf(
      owner,
      'runs previous { runs chargedCredits errorRate } change { runs { absolute ratio } errorRate { absolute } }',
      'createdAfter: "2025-09-01", createdBefore: "2025-09-02"',
    );
    expect(previous).toEqual({ runs: 0, chargedCredits: '0', errorRate: null });
    expect(change).toEqual({ runs: { absolute: expect.stringMatching(/^\d+$/), ratio: null }, errorRate: null });
  });

  it('take one statement, whatever is compared and however it is split', async () => {
    const selection = `runs previous { runs } change { chargedCredits { ratio } }
      byUser(first: 5) { userId previous { runs } } byContext { runs } buckets(by: WEEK, withEmpty: true) { label runs }`;
    const ask = () => statsOf(owner, selection, 'createdAfter: "2026-03-01"');
    expect(await gateway.statementsOf(ask)).toEqual({ task_run_scopes: 1, task_run_statistics: 1 });
  });
});
