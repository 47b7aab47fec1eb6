// Groups in every dimension, the previous period, and buckets including empty ones, each compared with handwritten SQL
// over many runs.

import fc from 'fast-check';
import { enumValues } from '../../support/committed-schema.js';
import { amount, seed } from '../../support/generated.js';
import { arrangeMeasuredRuns, measured } from '../../support/measured-runs.js';
import type { StatsNode } from '../../support/responses.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, tasks, owner, executor, count } = measured;
const scope = `orgId: "${orgId}", projectId: "${projectId}"`;

/** The condition under which each caller sees a run. */
const sees: Readonly<Record<string, string>> = {
  [owner]: `task_id IN ('${tasks.join("', '")}')`,
  [executor]: `(task_id = '${tasks[1]}' OR task_id IN ('${tasks[0]}', '${tasks[2]}') AND user_id = '${executor}')`,
};

interface DimensionByHand {
  /** An additional argument of `groupBy`. */
  readonly path?: string;
  /** SQL for the compared value. */
  readonly key: string;
}

const json = (path: string, value: string): DimensionByHand => ({ path, key: `coalesce(${value}, 'null')` });

const dimensions = {
  PROJECT: { key: '(SELECT project_id FROM task WHERE task.id = task_id)' },
  TASK: { key: 'task_id' },
  REVISION: { key: 'task_revision_id' },
  STATUS: { key: "CASE WHEN is_error THEN 'FAIL' ELSE 'SUCCESS' END" },
  USER: { key: 'user_id' },
  CONTEXT: { key: 'context_id' },
  REPORTING_GROUP: { key: 'reporting_group_id' },
  FALLBACK_MODEL: { key: 'fallback_llm_model_id' },
  FAILURE_REASON: { key: 'left(primary_failure_reason, 1000)' },
  FAILURE: {
    key: "CASE WHEN is_error THEN coalesce('Failure # of kind ' || right(response ->> 'message', 1), 'No message') END",
  },
  REFERENCE: { key: 'reference' },
  RESPONSE: json('/label', "response -> 'label'"),
  SUBMITTED: json('/order', "run_data -> 'submitted' -> 'order'"),
  RUN_DATA: json('/model~1name', "run_data -> 'model/name'"),
} as const satisfies Readonly<Record<string, DimensionByHand>>;
type Dimension = keyof typeof dimensions;
const names = Object.keys(dimensions) as Dimension[];
const jsonNames = ['RESPONSE', 'SUBMITTED', 'RUN_DATA'] as const;
const pathOf = (dimension: Dimension) => (dimensions[dimension] as DimensionByHand).path;
const isJson = (dimension: Dimension) => pathOf(dimension) !== undefined;

const orders = {
  RUNS_DESC: 'count(*)',
  ERRORS_DESC: 'count(*) FILTER (WHERE is_error)',
  FALLBACKS_DESC: 'count(*) FILTER (WHERE used_fallback_model)',
  RETRIES_DESC: 'coalesce(sum(llm_retries), 0)',
  TOTAL_TOKENS_DESC: 'sum(total_tokens)',
  CHARGED_CREDITS_DESC: 'coalesce(sum(charged_credits), 0)',
  LAST_CREATED_DESC: 'max(created)',
} as const;
/** Compares with the previous period, and is tested below. */
const growth = 'RUNS_GROWTH_DESC';
type Order = keyof typeof orders;

interface Level {
  readonly dimension: Dimension;
  readonly first: number;
  readonly orderBy: Order;
}

const groupBy = ({ dimension, first, orderBy }: Level, selection: string) => {
  const path = isJson(dimension) ? `, path: "${pathOf(dimension)}"` : '';
  return `groupBy(dimension: ${dimension}${path}, first: ${first}, orderBy: ${orderBy}) { ${selection} }`;
};

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

const moment = (value: string) => `to_char(${value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

describe('the generated statistics', () => {
  it('cover every dimension, order of groups and width of buckets', () => {
    expect(names.sort()).toEqual(enumValues('TaskRunDimension').sort());
    expect([...Object.keys(orders), growth].sort()).toEqual(enumValues('TaskRunStatsOrder').sort());
    expect(Object.keys(widths).sort()).toEqual(enumValues('BucketWidth').sort());
  });
});

/** Statistics together with those of the previous period. */
interface ComparedStats extends StatsNode {
  readonly previous: StatsNode;
}

describe(`statistics of ${count} runs of seed ${seed}`, () => {
  const gateway = useOwnGateway({
    arrange: arrangeMeasuredRuns,
    clock: { at: Date.parse('2026-04-09T10:20:30Z') },
  });

  const statsOf = async (as: string, selection: string, filter = '') =>
    (await gateway.dataOf(`{ taskRunStats(${scope}, filter: { ${filter} }) { ${selection} } }`, { as })).taskRunStats;
  /** @param condition SQL for the runs to group */
  const groupsByHand = async (as: string, { dimension, first, orderBy }: Level, condition = 'true') => {
    const { key } = dimensions[dimension];
    const value = isJson(dimension)
      ? `coalesce(min(CASE WHEN jsonb_typeof(key) IN ('number', 'object', 'array') THEN key::text COLLATE "C" END), key #>> '{}')`
      : 'key::text';
    const groups: { key: unknown }[] = await gateway.query(
      `SELECT ${value} AS value, key, ${moment('min(created)')} AS "firstCreated", ${moment('max(created)')} AS "lastCreated", ${measuresByHand}
       FROM (SELECT *, ${key} AS key FROM task_run) AS run WHERE ${sees[as]} AND ${condition}
       GROUP BY key ORDER BY ${orders[orderBy]} DESC, ${value} COLLATE "C"${isJson(dimension) ? ', jsonb_typeof(key)' : ''} LIMIT ${first}`,
    );
    return groups.map(({ key: json, ...group }) => ({ ...group, json }));
  };
  const groupFields = `value json firstCreated lastCreated ${measures}`;
  const sameKey = (dimension: Dimension, json: unknown) => {
    const { key } = dimensions[dimension];
    if (isJson(dimension)) return `${key} = '${JSON.stringify(json).replaceAll("'", "''")}'::jsonb`;
    return json === null ? `${key} IS NULL` : `${key} = '${json}'`;
  };

  describe.each(Object.keys(sees))('for %s', (as) => {
    it.each(names)('equal those of each group: %s', async (dimension) => {
      for (const [orderBy, first] of [
        ['RUNS_DESC', 7],
        ['CHARGED_CREDITS_DESC', 300],
      ] as const) {
        const level = { dimension, first, orderBy };
        const stats = await statsOf(as, groupBy(level, groupFields));
        expect(stats.groupBy).toEqual(await groupsByHand(as, level));
      }
    });

    it.each(Object.keys(orders) as Order[])('equal those of the groups with most: %s', async (orderBy) => {
      const level = { dimension: 'USER', first: 12, orderBy } as const;
      const stats = await statsOf(as, groupBy(level, groupFields));
      expect(stats.groupBy).toEqual(await groupsByHand(as, level));
    });
  });

  const level = fc.record({
    dimension: fc.constantFrom(...names),
    first: fc.integer({ min: 1, max: 4 }),
    orderBy: fc.constantFrom(...(Object.keys(orders) as Order[])),
  });
  const conditions = fc.constantFrom(
    ['', 'true'],
    ['status: FAIL', 'is_error'],
    ['createdAfter: "2026-01-15"', "created >= '2026-01-15Z'"],
    ['response: [{ path: "/label", eq: 1 }]', "response -> 'label' = '1'"],
  );
  const nestings = fc.sample(fc.tuple(fc.array(level, { minLength: 2, maxLength: 3 }), conditions), {
    numRuns: amount(8, 60),
    seed,
  });
  it.each(nestings)(
    'equal those of nested groups, with buckets and without: %j %j',
    async (levels, [filter, condition]) => {
      const buckets = 'buckets(by: MONTH) { start runs }';
      const selection = levels.reduceRight((below, level) => groupBy(level, `${groupFields} ${buckets} ${below}`), '');
      const expectGroups = async (
        { groupBy: groups }: StatsNode,
        [outer, ...inner]: Level[],
        within: string,
      ): Promise<void> => {
        expect(groups.map(({ groupBy: _below, buckets: _buckets, ...group }: StatsNode) => group)).toEqual(
          await groupsByHand(owner, outer!, within),
        );
        for (const group of groups) {
          expect(group.buckets.reduce((sum: number, { runs }: StatsNode) => sum + runs, 0)).toBe(group.runs);
          const same = `${within} AND ${sameKey(outer!.dimension, group.json)}`;
          if (inner.length > 0) await expectGroups(group, inner, same);
        }
      };
      await expectGroups(await statsOf(owner, `runs ${buckets} ${selection}`, filter), levels, condition);
    },
  );

  it('add up over all groups to those of all runs', async () => {
    const all = names.map(
      (dimension) => `${dimension}: ${groupBy({ dimension, first: 1000, orderBy: 'RUNS_DESC' }, 'runs totalTokens')}`,
    );
    // In a longer period, some dimensions would have more groups than can be selected.
    const createdAfter = new Date(Date.parse(measured.to) - amount(7, 2) * 86_400_000).toISOString();
    const { runs, totalTokens, ...groups } = await statsOf(
      owner,
      `runs totalTokens ${all.join(' ')}`,
      `createdAfter: "${createdAfter}"`,
    );
    expect(runs).toBeGreaterThan(100);
    for (const [dimension, parts] of Object.entries<StatsNode[]>(groups)) {
      const sums = [
        parts.reduce((sum, part) => sum + part.runs, 0),
        String(parts.reduce((sum, part) => sum + Number(part.totalTokens), 0)),
      ];
      expect([dimension, ...sums]).toEqual([dimension, runs, totalTokens]);
    }
  });

  it.each(jsonNames)('count in a group the runs that its value selects as a filter: %s', async (dimension) => {
    const field = { RESPONSE: 'response', SUBMITTED: 'submitted', RUN_DATA: 'runData' }[dimension];
    const stats = await statsOf(owner, groupBy({ dimension, first: 14, orderBy: 'RUNS_DESC' }, 'json runs'));
    const scalars = stats.groupBy.filter(({ json }: StatsNode) => json === null || typeof json !== 'object');
    expect(scalars.length).toBeGreaterThan(4);
    const path = pathOf(dimension)!;
    const filters = scalars.map(({ json }: StatsNode) =>
      json === null
        ? { OR: [{ [field]: [{ path, eq: null }] }, { [field]: [{ path, exists: false }] }] }
        : { [field]: [{ path, eq: json }] },
    );
    const lists = filters.map(
      (_: unknown, index: number) => `l${index}: taskRuns(${scope}, filter: $f${index}) { totalCount }`,
    );
    const data = await gateway.dataOf(
      `query (${filters.map((_: unknown, index: number) => `$f${index}: TaskRunFilter`).join(' ')}) { ${lists.join(' ')} }`,
      {
        as: owner,
        variables: Object.fromEntries(filters.map((filter: unknown, index: number) => [`f${index}`, filter])),
      },
    );
    expect(Object.values<{ totalCount: number }>(data).map(({ totalCount }) => totalCount)).toEqual(
      scalars.map(({ runs }: StatsNode) => runs),
    );
  });

  it('count in a group the runs that its value selects as a filter: FAILURE', async () => {
    const stats = await statsOf(
      owner,
      groupBy({ dimension: 'FAILURE', first: 20, orderBy: 'RUNS_DESC' }, 'value runs'),
    );
    const kinds = stats.groupBy.filter(({ value }: StatsNode) => value !== null);
    expect(kinds.length).toBeGreaterThan(8);
    const count = (name: string, filter: string) => `${name}: taskRuns(${scope}, filter: { ${filter} }) { totalCount }`;
    const lists = kinds.map(({ value }: StatsNode, index: number) => count(`l${index}`, `failureIn: ["${value}"]`));
    const firstTwo = count('firstTwo', `failureIn: ["${kinds[0].value}", "${kinds[1].value}"]`);
    const { firstTwo: both, ...each } = await gateway.dataOf(`{ ${lists.join(' ')} ${firstTwo} }`, { as: owner });
    expect(Object.values<{ totalCount: number }>(each).map(({ totalCount }) => totalCount)).toEqual(
      kinds.map(({ runs }: StatsNode) => runs),
    );
    expect(both.totalCount).toBe(kinds[0].runs + kinds[1].runs);
  });

  describe('by growth', () => {
    const period = 'createdAfter: "2026-02-01", createdBefore: "2026-03-01"';
    const inPeriod = "created >= '2026-02-01Z' AND created < '2026-03-01Z'";
    const before = "created >= '2026-01-04Z' AND created < '2026-02-01Z'";
    const growthByHand = (
      as: string,
      dimension: Dimension,
      first: number,
      condition = 'true',
    ): Promise<(StatsNode & { growth: number })[]> => {
      const { key } = dimensions[dimension];
      const text = isJson(dimension) ? "key #>> '{}'" : 'key::text';
      return gateway.query(
        `SELECT ${text} AS value, count(*) FILTER (WHERE ${inPeriod})::integer AS runs,
           (count(*) FILTER (WHERE ${inPeriod}) - count(*) FILTER (WHERE ${before}))::integer AS growth
         FROM (SELECT *, ${key} AS key FROM task_run) AS run WHERE ${sees[as]} AND ${condition}
         GROUP BY key HAVING count(*) FILTER (WHERE ${inPeriod}) > 0 ORDER BY growth DESC, ${text} COLLATE "C" LIMIT ${first}`,
      );
    };
    const byGrowth = (dimension: Dimension, first: number, selection: string) => {
      const path = isJson(dimension) ? `, path: "${pathOf(dimension)}"` : '';
      return `groupBy(dimension: ${dimension}${path}, first: ${first}, orderBy: ${growth}) { ${selection} }`;
    };

    it.each(
      Object.keys(sees).flatMap((as) =>
        (['FAILURE', 'USER', 'REVISION', 'SUBMITTED', 'TASK'] as const).map((dimension) => [dimension, as] as const),
      ),
    )('come the groups of %s that gained most for %s', async (dimension, as) => {
      const { groupBy: groups } = await statsOf(as, byGrowth(dimension, 5, 'value runs'), period);
      const expected = await growthByHand(as, dimension, 5);
      expect(groups).toEqual(expected.map(({ value, runs }) => ({ value, runs })));
    });

    it('come nested groups, beside the figures of the previous period', async () => {
      const { groupBy: groups } = await statsOf(
        owner,
        byGrowth('TASK', 2, `value runs change { runs { absolute } } ${byGrowth('FAILURE', 4, 'value runs')}`),
        period,
      );
      const expected = await growthByHand(owner, 'TASK', 2);
      expect(
        groups.map(({ value, runs, change }: StatsNode) => ({ value, runs, growth: Number(change.runs!.absolute) })),
      ).toEqual(expected);
      for (const { value, groupBy: inner } of groups) {
        const taskGrowth = await growthByHand(owner, 'FAILURE', 4, `task_id = '${value}'`);
        expect(inner).toEqual(taskGrowth.map(({ value, runs }) => ({ value, runs })));
      }
    });

    it('requires a period', async () => {
      const { errors } = await gateway.ask(
        `{ taskRunStats(${scope}, filter: { createdBefore: "2026-03-01" }) { ${byGrowth('USER', 1, 'value')} } }`,
        { as: owner },
      );
      expect(errors).toMatchObject([
        {
          path: ['taskRunStats'],
          extensions: { reason: 'VALIDATION_FAILED', detail: [{ loc: ['groupBy', 'orderBy'] }] },
        },
      ]);
      expect(errors![0]!.message).toContain('createdAfter');
    });
  });

  it('lead on to the objects of the groups', async () => {
    const related = 'value task { id name } reportingGroup { id name } user { id } fallbackLlmModel { id }';
    const { TASK, REPORTING_GROUP, USER, FALLBACK_MODEL, STATUS } = await statsOf(
      owner,
      (['TASK', 'REPORTING_GROUP', 'USER', 'FALLBACK_MODEL', 'STATUS'] as const)
        .map((dimension) => `${dimension}: ${groupBy({ dimension, first: 100, orderBy: 'RUNS_DESC' }, related)}`)
        .join(' '),
    );
    const none = { task: null, reportingGroup: null, user: null, fallbackLlmModel: null };
    const taskIndex = tasks.indexOf(TASK[0].value);
    expect(TASK[0]).toEqual({
      ...none,
      value: tasks[taskIndex],
      task: { id: tasks[taskIndex], name: `Task ${taskIndex}` },
    });
    for (const [groups, field] of [
      [REPORTING_GROUP, 'reportingGroup'],
      [USER, 'user'],
      [FALLBACK_MODEL, 'fallbackLlmModel'],
    ]) {
      expect(groups.length).toBeGreaterThan(4);
      for (const { value, ...others } of groups) {
        expect(others).toEqual({ ...none, [field]: value && expect.objectContaining({ id: value }) });
      }
      expect(groups.map(({ value }: StatsNode) => value)).toContain(null);
    }
    expect(STATUS.map(({ value, ...others }: StatsNode) => [value, others])).toEqual([
      ['SUCCESS', none],
      ['FAIL', none],
    ]);
  });

  it('equal, for several splits side by side, those of separate ones', async () => {
    const splits = {
      most: groupBy({ dimension: 'USER', first: 5, orderBy: 'RUNS_DESC' }, 'value runs'),
      more: groupBy(
        { dimension: 'USER', first: 6, orderBy: 'RUNS_DESC' },
        'value runs groupBy(dimension: STATUS) { value }',
      ),
      dearest: groupBy(
        { dimension: 'USER', first: 9, orderBy: 'CHARGED_CREDITS_DESC' },
        'value runs llmCallTiming { p99 } buckets(by: MONTH) { start runs llmCallTiming { p50 } }',
      ),
      labels: groupBy({ dimension: 'RESPONSE', first: 3, orderBy: 'RUNS_DESC' }, 'json runs'),
      revisions: 'groupBy(dimension: REVISION, first: 2) { value groupBy(dimension: REPORTING_GROUP) { value runs } }',
      allRevisions: 'groupBy(dimension: REVISION) { value runs }',
    };
    const selection = Object.entries(splits).map(([name, split]) => `${name}: ${split}`);
    const together = await statsOf(owner, selection.join(' '));
    for (const each of selection) expect(together).toMatchObject(await statsOf(owner, each));
    expect(together.revisions[0].groupBy).toHaveLength(5);
    expect(together.more[0].groupBy).toHaveLength(2);
  });

  it('distinguish a context without characters from runs without a context', async () => {
    const { byContext } = await statsOf(
      owner,
      'byContext: groupBy(dimension: CONTEXT, first: 2) { value runs buckets(by: DAY) { runs } }',
    );
    expect(byContext.map(({ value }: { value: string | null }) => value)).toEqual([null, '']);
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
  ] as const)('fill all buckets by %s in %s, also those without runs: %s', async (by, timeZone, filter) => {
    const args = `by: ${by}, timeZone: "${timeZone}"`;
    const { whole, present, byTask } = await statsOf(
      owner,
      `whole: buckets(${args}, withEmpty: true) { start label runs chargedCredits llmCallTiming { count avg } errorRate }
       present: buckets(${args}) { start label runs chargedCredits llmCallTiming { count avg } errorRate }
       byTask: groupBy(dimension: TASK) { value buckets(${args}, withEmpty: true) { start runs } }`,
      filter,
    );
    const bounds = /createdAfter: "([^"]*)"/.exec(filter)?.[1] ?? null;
    const before = /createdBefore: "([^"]*)"/.exec(filter)?.[1] ?? null;
    const start = `date_trunc('${widths[by]}', moment, '${timeZone}')`;
    const byHand: { start: string; local: string }[] = await gateway.query(
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
    expect(whole).toEqual(whole.map(({ start, label }: StatsNode) => byStart.get(start) ?? { start, label, ...none }));
    expect(present.length).toBeLessThan(whole.length);
    for (const task of byTask) {
      expect(task.buckets.map((bucket: { start: string }) => bucket.start)).toEqual(
        byHand.map((bucket) => bucket.start),
      );
    }
  });

  it('compare with the previous period, for all runs and for each group', async () => {
    const filter = 'createdAfter: "2026-01-15T06:00:00.000001Z", createdBefore: "2026-03-01T00:00:00Z"';
    const names = [
      'runs',
      'errors',
      'totalTokens',
      'chargedCredits',
      'errorRate',
      'creditsPerSuccess',
      'tokensPerSecond',
    ] as const;
    const changes = `previous { ${measures} } change { ${names.map((name) => `${name} { absolute ratio }`).join(' ')} llmCallTiming { absolute } }`;
    const stats = await statsOf(
      owner,
      `${measures} ${changes} byTask: groupBy(dimension: TASK) { value ${measures} ${changes} } byUser: groupBy(dimension: USER, first: 4) { value ${measures} ${changes} }`,
      filter,
    );
    const byHand = async (condition: string) => {
      const [previous] = await gateway.query(
        `SELECT ${measuresByHand} FROM task_run WHERE ${sees[owner]} AND created >= '2025-12-01T12:00:00.000002Z'
           AND created < '2026-01-15T06:00:00.000001Z' AND ${condition}`,
      );
      return previous;
    };
    const sets: [string, ComparedStats][] = [
      ['true', stats],
      ...stats.byTask.map((task: StatsNode) => [`task_id = '${task.value}'`, task]),
      ...stats.byUser.map((user: StatsNode) => [
        user.value === null ? 'user_id IS NULL' : `user_id = '${user.value}'`,
        user,
      ]),
    ];
    expect(sets).toHaveLength(8);
    for (const [condition, set] of sets) {
      expect(set.previous).toEqual(await byHand(condition));
      for (const name of names) {
        const { absolute, ratio } = set.change[name]!;
        expect(Number(absolute)).toBeCloseTo(Number(set[name]) - Number(set.previous[name]), 6);
        expect(ratio).toBeCloseTo(Number(set[name]) / Number(set.previous[name]) - 1, 6);
      }
      expect(Number(set.change.llmCallTiming!.absolute)).toBeCloseTo(
        set.llmCallTiming.avg - set.previous.llmCallTiming.avg,
        6,
      );
    }
  });

  it('omit a ratio to zero, and anything before the first run', async () => {
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
      byUser: groupBy(dimension: USER, first: 5) { value previous { runs } } byContext: groupBy(dimension: CONTEXT) { runs } buckets(by: WEEK, withEmpty: true) { label runs }`;
    const ask = () => statsOf(owner, selection, 'createdAfter: "2026-03-01"');
    expect(await gateway.statementsOf(ask)).toEqual({ task_run_scopes: 1, task_run_statistics: 1 });
  });
});
