// Compares statistics with the runs in a list, counted and summed up by hand.

import fc from 'fast-check';
import { type Queries } from '../../support/databases.js';
import { amount, seed } from '../../support/generated.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { useGateway } from '../../support/start-gateway.js';
import { bucketsOf, type MeasuredRun, measure, splitBy } from '../../support/statistics-by-hand.js';

const { orgId, projectId, taskId, otherTaskId, owner, revisions, groups, users, models } = generated;

/** Spreads the runs over nine months, gives credits various scales, and lets five callers see different runs. */
async function arrange(database: Queries): Promise<void> {
  await arrangeGeneratedRuns(database);
  const tasks = [[taskId, otherTaskId]];
  await database.query(
    `UPDATE task_run SET created = '2025-03-01Z'::timestamptz + (created - '2025-03-01Z'::timestamptz) * 1600.25,
       charged_credits = charged_credits * (ARRAY[1, 0.000125, 1.0, 1000000000000.5])[1 + input_tokens % 4]
     WHERE task_id = ANY ($1)`,
    tasks,
  );
  await database.query("UPDATE task SET run_visibility = 'all_viewers' WHERE id = $1", [otherTaskId]);
  const grant = (...values: string[]) => database.query('INSERT INTO access_grant VALUES ($1, $2, $3, $4, $5)', values);
  await grant('project', projectId, 'user', users[0], 'viewer');
  await grant('task', taskId, 'user', users[2], 'viewer');
  await grant('task', otherTaskId, 'organization', orgId, 'editor');
  await grant('organization', orgId, 'user', 'member', 'viewer');
}

const callers = [
  { subject: owner, sees: 240 },
  { subject: users[0], sees: 180 },
  { subject: users[2], sees: 60 },
  { subject: 'member', sees: 120 },
  { subject: owner, confinement: { taskId }, sees: 120 },
];

const condition = fc.constantFrom<Record<string, unknown>>(
  { status: 'FAIL' },
  { status: 'SUCCESS' },
  { taskRevisionId: revisions[0] },
  { reportingGroupId: groups[1] },
  { reportingGroupId: null },
  { reportingGroupName: 'Group 0' },
  { userId: users[0] },
  { reference: { startsWith: '100' } },
  { contextId: { in: ['context-2', 'context-4'] } },
  { createdAfter: '2025-04-30T22:00:00Z' },
  { createdBefore: '2025-10-26T00:30:00Z' },
  { usedFallbackModel: true },
  { fallbackLlmModelId: models[0] },
  { primaryFailureReasonContains: 'quota' },
  { minLlmRetries: 1 },
  { minLlmCallTiming: 3.5 },
  { minTotalTokens: 120 },
  { minChargedCredits: '0.5' },
  { hasFiles: true },
  { hasFiles: false },
);
const filters = fc.sample(
  fc
    .array(condition, { maxLength: 3 })
    .map((conditions) => Object.assign({}, ...conditions) as Record<string, unknown>),
  { numRuns: amount(6, 50), seed },
);

const scope = `orgId: "${orgId}", projectId: "${projectId}", filter: $filter`;
const statistics = `query ($filter: TaskRunFilter) { taskRunStats(${scope}) {
  ...Measures
  hours: buckets(by: HOUR, timeZone: "Asia/Kathmandu") { start ...Measures }
  days: buckets(by: DAY, timeZone: "Europe/Berlin") { start ...Measures }
  weeks: buckets(by: WEEK) { start ...Measures }
  byRevision: groupBy(dimension: REVISION) {
    value ...Measures
    buckets(by: DAY, timeZone: "America/St_Johns") { start ...Measures }
    byReportingGroup: groupBy(dimension: REPORTING_GROUP) { value ...Measures }
  }
  byReportingGroup: groupBy(dimension: REPORTING_GROUP) { value reportingGroup { id } ...Measures }
  byFallbackModel: groupBy(dimension: FALLBACK_MODEL) { value ...Measures }
  byTask: groupBy(dimension: TASK) { value ...Measures }
} }
fragment Measures on TaskRunMeasures {
  runs errors fallbacks retries inputTokens outputTokens totalTokens chargedCredits
  llmCallTiming { ...Distribution } inputProcessorTiming { ...Distribution }
}
fragment Distribution on TimingStats { count avg min max p50 p90 p95 p99 }`;

const byHand = (runs: readonly MeasuredRun[]) => ({
  ...measure(runs),
  hours: bucketsOf(runs, 'HOUR', 'Asia/Kathmandu'),
  days: bucketsOf(runs, 'DAY', 'Europe/Berlin'),
  weeks: bucketsOf(runs, 'WEEK', 'UTC'),
  byRevision: splitBy(runs, 'taskRevisionId', (members) => ({
    ...measure(members),
    buckets: bucketsOf(members, 'DAY', 'America/St_Johns'),
    byReportingGroup: splitBy(members, 'reportingGroupId', measure),
  })),
  byReportingGroup: splitBy(runs, 'reportingGroupId', (members) => ({
    reportingGroup: members[0]!.reportingGroupId && { id: members[0]!.reportingGroupId },
    ...measure(members),
  })),
  byFallbackModel: splitBy(runs, 'fallbackLlmModelId', measure),
  byTask: splitBy(runs, 'taskId', measure),
});

const list = `query ($filter: TaskRunFilter, $after: String) {
  taskRuns(${scope}, first: 100, after: $after) {
    nodes { taskId taskRevisionId created inputTokens outputTokens totalTokens inputProcessorTiming llmCallTiming
      chargedCredits isError llmRetries usedFallbackModel fallbackLlmModelId reportingGroupId }
    pageInfo { hasNextPage endCursor }
  }
}`;

describe('statistics', () => {
  const gateway = useGateway({ arrange });

  const runsOf = async (token: string, filter: Record<string, unknown>): Promise<MeasuredRun[]> => {
    const runs: MeasuredRun[] = [];
    for (let after: string | null = null; ; ) {
      const { taskRuns } = await gateway.dataOf(list, { token, variables: { filter, after } });
      runs.push(...taskRuns.nodes);
      if (!taskRuns.pageInfo.hasNextPage) return runs;
      after = taskRuns.pageInfo.endCursor;
    }
  };

  it.each(callers)(
    `equal those of the runs that $subject may read, $sees in all (filters of seed ${seed})`,
    async ({ subject, confinement, sees }) => {
      const token = await gateway.tokenFor(subject, confinement);
      expect(await runsOf(token, {})).toHaveLength(sees);
      for (const filter of filters) {
        const { taskRunStats } = await gateway.dataOf(statistics, { token, variables: { filter } });
        expect({ filter, ...taskRunStats }).toEqual({ filter, ...byHand(await runsOf(token, filter)) });
      }
    },
  );

  it('return each selected part as they return all together', async () => {
    const { taskRunStats } = await gateway.dataOf(statistics, { as: owner, variables: { filter: {} } });
    const parts = [
      'runs',
      'chargedCredits',
      'llmCallTiming { count avg min max p50 p90 p95 p99 }',
      'inputProcessorTiming { count avg min max p50 p90 p95 p99 }',
    ];
    for (const part of parts) {
      const days = `days: buckets(by: DAY, timeZone: "Europe/Berlin") { start ${part} }`;
      for (const selection of [part, days, `${part} ${days}`]) {
        const operation = `query ($filter: TaskRunFilter) { taskRunStats(${scope}) { ${selection} } }`;
        const separate = await gateway.dataOf(operation, { as: owner });
        expect(taskRunStats).toMatchObject(separate.taskRunStats);
      }
    }
  }, 300_000);

  it('name the reporting groups of their split', async () => {
    const operation = `query ($filter: TaskRunFilter) { taskRunStats(${scope}) {
      byReportingGroup: groupBy(dimension: REPORTING_GROUP) { value reportingGroup { id name projectId } } } }`;
    const { taskRunStats } = await gateway.dataOf(operation, { as: owner });
    expect(taskRunStats.byReportingGroup).toEqual(
      expect.arrayContaining([
        { value: groups[0], reportingGroup: { id: groups[0], name: 'Group 0', projectId } },
        { value: null, reportingGroup: null },
      ]),
    );
  });

  it('cover the whole list, whatever page is read', async () => {
    const operation = `query ($filter: TaskRunFilter) {
      taskRuns(${scope}, first: 1) { nodes { id } stats { runs byTask: groupBy(dimension: TASK) { value totalTokens } } }
      taskRunStats(${scope}) { runs byTask: groupBy(dimension: TASK) { value totalTokens } }
    }`;
    const { taskRuns, taskRunStats } = await gateway.dataOf(operation, {
      as: owner,
      variables: { filter: { status: 'FAIL' } },
    });
    expect(taskRuns.nodes).toHaveLength(1);
    expect(taskRuns.stats).toEqual(taskRunStats);
    expect(taskRunStats.runs).toBe(80);
  });

  it('become zero without runs, without a distribution and without parts', async () => {
    const filter = { createdAfter: '2100-01-01T00:00:00Z' };
    const { taskRunStats } = await gateway.dataOf(statistics, { as: owner, variables: { filter } });
    expect(taskRunStats).toMatchObject({ runs: 0, retries: 0, inputTokens: '0', chargedCredits: '0', byTask: [] });
    expect(taskRunStats).toMatchObject({ hours: [], llmCallTiming: { count: 0, avg: null, min: null, p99: null } });
  });

  it('take one statement, whatever is selected', async () => {
    const ask = () => gateway.dataOf(statistics, { as: owner, variables: { filter: {} } });
    expect(await gateway.statementsOf(ask)).toEqual({ task_run_scopes: 1, task_run_statistics: 1 });
  });
});
