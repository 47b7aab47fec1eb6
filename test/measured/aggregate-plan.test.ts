// How PostgreSQL executes counts and statistics while another tenant has many more runs by the same users in the same
// contexts: it reads the index ranges of the caller's tasks and, beyond these, only runs that match or that must be
// read to decide.

import { createSearchIndex } from '../../src/database/search-index.js';
import { ReadScheduler } from '../../src/scheduling/read-scheduler.js';
import { createListReaders } from '../../src/task-runs/lists/list-readers.js';
import type { Dimension, GroupDimension } from '../../src/task-runs/statistics/dimensions.js';
import type { MeasuresSelection } from '../../src/task-runs/statistics/groupings.js';
import { type SplitSelection, toGroupings } from '../../src/task-runs/statistics/groupings.js';
import { StatisticsReader } from '../../src/task-runs/statistics/statistics-reader.js';
import { parseRunFilter, type RunFilterInput } from '../../src/task-runs/visibility/run-filter.js';
import type { RunScope } from '../../src/task-runs/visibility/run-scope.js';
import { createBudget } from '../support/callers.js';
import { type Queries } from '../support/databases.js';
import { createExplainingStatements, type ExplainedStatement, scannedRuns } from '../support/explain.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { idOf } from '../support/permission-world.js';
import { usePlannedDatabase } from '../support/planned-database.js';
import { vacuumAll } from '../support/vacuum.js';

const { orgId, projectId, taskId, otherTaskId, users, revisions, groups, models } = generated;
const other = { orgId: idOf(2000), projectId: idOf(2001), taskId: idOf(2002), groupId: idOf(2003) };
const path = { orgId, projectId, taskId: null };
const runsOfTask = 2000;
const scopes = {
  task: { path: { ...path, taskId }, allRunsTaskIds: [taskId], ownRunsTaskIds: [], userId: null },
  project: { path, allRunsTaskIds: [taskId, otherTaskId], ownRunsTaskIds: [], userId: null },
  // The user executed every second run of the other task.
  mixed: { path, allRunsTaskIds: [taskId], ownRunsTaskIds: [otherTaskId], userId: users[1] },
} satisfies Record<string, RunScope>;

async function arrangeOtherTenant(database: Queries) {
  await database.query("INSERT INTO organization (id, name) VALUES ($1, 'Other')", [other.orgId]);
  await database.query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Other')", [
    other.projectId,
    other.orgId,
  ]);
  await database.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Other')", [
    other.taskId,
    other.projectId,
  ]);
  await database.query("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Other')", [
    other.groupId,
    other.projectId,
  ]);
  await database.query(
    `INSERT INTO task_run SELECT other.* FROM task_run AS run CROSS JOIN generate_series(1, 3) AS n
     CROSS JOIN LATERAL jsonb_populate_record(run, jsonb_build_object('id', md5(run.id::text || n), 'task_id', $1::text, 'run_data', '{}'::jsonb,
       'reporting_group_id', CASE WHEN run.reporting_group_id IS NOT NULL THEN $2::text END)) AS other`,
    [other.taskId, other.groupId],
  );
  await database.query(
    `INSERT INTO task_run_file SELECT id, 0, 'a.txt', 'text/plain', 1, 'INPUT', 'a', created FROM task_run
     WHERE task_id = $1 AND input_tokens % 11 = 0`,
    [other.taskId],
  );
}

describe('the plans of counts and statistics next to another tenant', () => {
  const database = usePlannedDatabase(async (dataSource) => {
    await arrangeGeneratedRuns(dataSource, 2 * runsOfTask);
    await arrangeOtherTenant(dataSource);
    await createSearchIndex(dataSource);
    await vacuumAll(dataSource);
  });

  const figures = { measures: ['runs', 'totalTokens', 'chargedCredits'], percentiles: ['llmCallTiming'] } as const;
  interface Statistic {
    readonly splits?: readonly SplitSelection[];
    readonly previous?: { readonly filter: RunFilterInput; readonly measures: MeasuresSelection };
  }
  const explain = async (
    scope: RunScope,
    input: RunFilterInput,
    read: 'count' | 'statistics',
    { splits = [], previous }: Statistic = {},
  ) => {
    const { statements, explained } = createExplainingStatements(database.session);
    const scheduler = new ReadScheduler({ connections: () => 1, timeoutMs: 60_000 });
    const filter = parseRunFilter(input, 0);
    const budget = createBudget();
    if (read === 'count') {
      const lists = createListReaders({ statements, scheduler });
      const search = await lists.scans.openSearch(scope, filter, budget);
      const runs = await lists.counts.countRuns({ scope, filter, search }, budget);
      return { runs, explained };
    }
    const groupings = toGroupings({ ...figures, splits, previous: previous?.measures });
    const previousFilter = previous ? parseRunFilter(previous.filter, 0) : null;
    const key = { scope, filter, groupings, previousFilter, now: 0 };
    const { statistics } = await new StatisticsReader(statements, scheduler).read(key, budget);
    return { runs: statistics.figures.runs, explained };
  };

  /** @param maxRead maximum number of runs that may be read from the table */
  const expectOnlyOwnRuns = (explained: readonly ExplainedStatement[], scope: RunScope, maxRead: number) => {
    const tasks = scope.allRunsTaskIds.length + scope.ownRunsTaskIds.length;
    for (const { name, plans } of explained) {
      for (const { steps, scannedTables, buffers } of plans) {
        expect([name, scannedTables.filter((table) => table.startsWith('task_run'))]).toEqual([name, []]);
        const looks = steps.map(scannedRuns);
        // The server rounds the mean for a step that is executed several times.
        expect(Math.max(...looks.map(({ all }) => all))).toBeLessThanOrEqual(tasks * runsOfTask + tasks);
        expect(looks.reduce((sum, { inTable }) => sum + inTable, 0)).toBeLessThanOrEqual(maxRead + tasks);
        // All of the other tenant's runs take up about 400 blocks in the list index.
        expect(buffers).toBeLessThan(200 + 4 * maxRead);
      }
    }
  };

  const expectOnlyOwnRunsFor = async (input: RunFilterInput, scope: RunScope, maxRead: number) => {
    const count = await explain(scope, input, 'count');
    const statistics = await explain(scope, input, 'statistics');
    expect(statistics.runs).toBe(count.runs);
    for (const { explained } of [count, statistics]) expectOnlyOwnRuns(explained, scope, maxRead);
  };

  const day = { createdAfter: '2025-03-02T00:00:00Z', createdBefore: '2025-03-03T00:00:00Z' };
  const decidedByIndex: RunFilterInput[] = [
    {},
    day,
    { statusIn: ['FAIL'] },
    { taskRevisionIdIn: [revisions[0]] },
    { reportingGroupIdIn: [groups[0]] },
    { reportingGroupIdIn: [groups[0], null] },
    { reportingGroupId: groups[1] },
    { reportingGroupId: null },
    { reportingGroupName: 'Group 0' },
    { userIdIn: [users[0], users[1]] },
    { userId: users[2] },
    { fallbackLlmModelIdIn: [models[0]] },
    { minLlmRetries: 2 },
    { maxLlmRetries: 0 },
    { minTotalTokens: 100, maxTotalTokens: 200 },
    { minLlmCallTiming: 0.5, maxLlmCallTiming: 1 },
    { minChargedCredits: '1', maxChargedCredits: '2' },
    { hasReportingGroup: true, hasUser: false },
    { hasFallbackLlmModel: false, hasLlmCallTiming: true, hasChargedCredits: false },
    { contextId: { in: ['context-2', 'context-4'] } },
    { contextId: { eq: 'context-2' }, ...day },
    { reference: { startsWith: '100%_6' } },
    { hasPrimaryFailureReason: true },
    { OR: [{ minTotalTokens: 7900 }, { NOT: { maxChargedCredits: '39' } }] },
    { NOT: { OR: [{ hasUser: true }, { status: 'FAIL' }] } },
  ];
  // Each has a filter for the runs that may be read for it, because the planner may prefer to read all of the caller's
  // tasks.
  const decidedInTable: (readonly [RunFilterInput, RunFilterInput])[] = [
    [{ primaryFailureReasonContains: 'timeout' }, { hasPrimaryFailureReason: true }],
    [{ hasPrimaryFailureReason: false, ...day }, {}],
    [{ hasResponse: false, ...day, statusIn: ['FAIL'] }, {}],
    [{ NOT: { contextId: { eq: 'context-2' } }, ...day }, {}],
    [{ submitted: [{ path: '/n', lt: '1500' }], ...day }, {}],
  ];
  it.each([...decidedByIndex.map((item) => [item, item] as const), ...decidedInTable])(
    'touch no run of theirs for %j',
    async (input, readInput) => {
      for (const scope of Object.values(scopes)) {
        // If the caller sees only its own runs, they are found among all matching runs, or the other way round.
        const whole = {
          ...scope,
          allRunsTaskIds: [...scope.allRunsTaskIds, ...scope.ownRunsTaskIds],
          ownRunsTaskIds: [],
        };
        const { runs: matching } = await explain(whole, readInput, 'count');
        const own = scope.ownRunsTaskIds.length * (runsOfTask / 2);
        await expectOnlyOwnRunsFor(input, scope, matching + own);
      }
    },
  );

  it.each<RunFilterInput>([
    { search: 'l1717' },
    { search: 'l1717', response: [{ path: '/n', eq: '1717' }] },
    { response: [{ path: '/label', eq: '"L1717"' }] },
    { response: [{ path: '/n', in: ['1717', '1718'] }], maxTotalTokens: 3434 },
  ])('touch no run but those found in the search index for %j', async (input) => {
    for (const scope of [scopes.task, scopes.project]) await expectOnlyOwnRunsFor(input, scope, 2);
  });

  it.each([true, false])('look up the files of each own run for hasFiles: %s', async (hasFiles) => {
    for (const scope of Object.values(scopes)) {
      for (const read of ['count', 'statistics'] as const) {
        const { explained } = await explain(scope, { hasFiles }, read);
        for (const plan of explained.flatMap(({ plans }) => plans)) {
          expect(plan.scannedTables).toEqual([]);
          expect(plan.usedIndexes).toContainEqual(expect.stringMatching(/^task_run_file_/));
        }
      }
    }
  });

  const split = (dimension: Dimension): Statistic => ({
    splits: [{ dimension, statistics: { ...figures, splits: [] } }],
  });
  const first = { orderBy: 'RUNS_DESC', first: 5 } as const;
  const top = (dimension: Dimension): Statistic => ({
    splits: [{ dimension, statistics: { ...figures, splits: [] }, top: first }],
  });
  const before = { createdAfter: '2025-03-01T00:00:00Z', createdBefore: '2025-03-02T00:00:00Z' };
  it.each<readonly [string, Statistic]>([
    ['task', split({ by: 'TASK' })],
    ['user', top({ by: 'USER' })],
    ['week', split({ by: 'WEEK', timeZone: 'Europe/Berlin' })],
    ['user, beside the period before', { ...top({ by: 'USER' }), previous: { filter: before, measures: figures } }],
  ])(
    'touch no run of theirs, and the table only for runs of the caller, for statistics by %s',
    async (_name, statistic) => {
      const { runs: dayRuns } = await explain({ ...scopes.mixed, allRunsTaskIds: [] }, day, 'count');
      for (const scope of Object.values(scopes)) {
        const { explained } = await explain(scope, day, 'statistics', statistic);
        expect(explained.map(({ name }) => name)).toEqual(['task_run_statistics']);
        // For the figures, for their percentiles, and for the previous period.
        expectOnlyOwnRuns(explained, scope, scope.ownRunsTaskIds.length * 3 * dayRuns);
      }
    },
  );

  it.each<GroupDimension>([
    { by: 'CONTEXT' },
    { by: 'FAILURE' },
    { by: 'FAILURE_REASON' },
    { by: 'REFERENCE' },
    { by: 'SUBMITTED', path: '/priority' },
  ])('touch no run of theirs, and only own ones of the period, for statistics by %j', async (dimension) => {
    const hours = { ...day, createdBefore: '2025-03-02T02:00:00Z' };
    for (const scope of [scopes.task, scopes.project]) {
      const { runs, explained } = await explain(scope, hours, 'statistics', top(dimension));
      expect(runs).toBe(60 * scope.allRunsTaskIds.length);
      // Once for the figures, and once for their percentiles.
      expectOnlyOwnRuns(explained, scope, 2 * runs);
    }
  });
});
