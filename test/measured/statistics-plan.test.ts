// How PostgreSQL runs the statistics statement: only from the index, and as few times as possible.

import type { Dimension } from '../../src/task-runs/statistics/dimensions.js';
import { type StatisticsSelection, toGroupings } from '../../src/task-runs/statistics/groupings.js';
import type { Measure, Timing } from '../../src/task-runs/statistics/measures.js';
import { bindStatistics } from '../../src/task-runs/statistics/statement.js';
import { parseRunFilter } from '../../src/task-runs/visibility/run-filter.js';
import { noTerms } from '../../src/task-runs/visibility/search-terms.js';
import { explainPlanForValues } from '../support/explain.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { usePlannedDatabase } from '../support/planned-database.js';
import { vacuumAll } from '../support/vacuum.js';

const { orgId, projectId, taskId, otherTaskId, users } = generated;
const scope = {
  path: { orgId, projectId, taskId: null },
  allRunsTaskIds: [taskId, otherTaskId],
  ownRunsTaskIds: [],
  userId: users[0]!,
};
const everything: readonly Measure[] = [
  ...(['runs', 'errors', 'fallbacks', 'retries', 'inputTokens', 'outputTokens', 'totalTokens'] as const),
  ...(['chargedCredits', 'llmCallTiming', 'inputProcessorTiming'] as const),
];
const day: Dimension = { by: 'DAY', timeZone: 'Europe/Berlin' };

const statistics = (
  splits: readonly (readonly [Dimension, StatisticsSelection])[] = [],
  percentiles: readonly Timing[] = [],
): StatisticsSelection => ({
  measures: everything,
  percentiles,
  splits: splits.map(([dimension, below]) => ({ dimension, statistics: below })),
});

const byReferenceAndDay = statistics([
  [{ by: 'REFERENCE' }, statistics()],
  [day, statistics()],
]);

describe('the plan of statistics', () => {
  const database = usePlannedDatabase(async (dataSource) => {
    await arrangeGeneratedRuns(dataSource, 20_000);
    // JSON of a realistic size.
    await dataSource.query(
      "UPDATE task_run SET run_data = jsonb_build_object('n', (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 50) AS n))",
    );
    await vacuumAll(dataSource);
  });

  it.each([
    ['all measures', statistics(), 1],
    ['days', statistics([[day, statistics()]]), 1],
    [
      'every split',
      statistics(
        ([{ by: 'REVISION' }, { by: 'REPORTING_GROUP' }, { by: 'FALLBACK_MODEL' }, { by: 'TASK' }, day] as const).map(
          (item) => [item, statistics()],
        ),
      ),
      1,
    ],
    [
      'status and user',
      statistics([
        [{ by: 'STATUS' }, statistics()],
        [{ by: 'USER' }, statistics()],
      ]),
      1,
    ],
    [
      'the period before',
      { ...statistics([[{ by: 'TASK' }, statistics()]]), previous: { measures: everything, percentiles: [] } },
      2,
    ],
    ['percentiles', statistics([], ['llmCallTiming', 'inputProcessorTiming']), 1],
    ['percentiles of the smallest parts', statistics([[day, statistics([], ['llmCallTiming'])]]), 2],
    ['percentiles of larger parts', statistics([[day, statistics()]], ['llmCallTiming']), 2],
    ['contexts', statistics([[{ by: 'CONTEXT' }, statistics()]]), 2],
    ['contexts and references over time', statistics([[{ by: 'CONTEXT' }, byReferenceAndDay]]), 3],
  ] as const)('reads only the index for %s', async (_name, asked, readings) => {
    const groupings = toGroupings(asked);
    const filter = parseRunFilter({}, 0);
    const { statement, values } = bindStatistics(
      { scope, filter, groupings, previousFilter: groupings.previousMeasures && filter, now: 0 },
      { current: noTerms, previous: noTerms },
      { maxSets: 10_000, maxJsonBytes: 1000 },
    );
    const { steps } = await explainPlanForValues(database.session, statement.text, values);
    const visits = steps.filter((step) => step['Relation Name'] === 'task_run');
    expect(visits.map((step) => [step['Node Type'], step['Heap Fetches']])).toEqual(
      Array.from({ length: readings }, () => ['Index Only Scan', 0]),
    );
  });

  const period = { createdAfter: '2025-03-14T06:00' };
  it.each([
    ['FAILURE_REASON', {}, 'primary_failure_reason IS NOT NULL'],
    ['FAILURE', {}, 'is_error'],
    ['FAILURE', period, "is_error AND created >= '2025-03-14T06:00Z'"],
  ] as const)('reads of the table only runs that have a value of %s, with %j', async (by, filter, condition) => {
    const asked = statistics([[{ by }, statistics()]]);
    const { statement, values } = bindStatistics(
      { scope, filter: parseRunFilter(filter, 0), groupings: toGroupings(asked), previousFilter: null, now: 0 },
      { current: noTerms, previous: noTerms },
      { maxSets: 10_000, maxJsonBytes: 1000 },
    );
    const [{ count }] = await database.session.query(`SELECT count(*)::integer FROM task_run WHERE ${condition}`);
    const { steps } = await explainPlanForValues(database.session, statement.text, values);
    const visits = steps.filter((step) => step['Relation Name'] === 'task_run');
    const tableVisits = visits.filter((step) => step['Node Type'] !== 'Index Only Scan');
    const rows = tableVisits.reduce((sum, step) => sum + step['Actual Rows']! * step['Actual Loops']!, 0);
    // Before that, kinds of failures without a period are read one by one.
    expect(rows).toBeGreaterThanOrEqual(count);
    expect(rows).toBeLessThan(count * 1.01);
    expect(visits.length).toBeGreaterThan(tableVisits.length);
  });

  it('reads the table once, and only the runs of the period, for a value in JSON', async () => {
    const asked = statistics([[{ by: 'RUN_DATA', path: '/n' }, statistics()]]);
    const { statement, values } = bindStatistics(
      { scope, filter: parseRunFilter(period, 0), groupings: toGroupings(asked), previousFilter: null, now: 0 },
      { current: noTerms, previous: noTerms },
      { maxSets: 10_000, maxJsonBytes: 1000 },
    );
    const [{ count }] = await database.session.query(
      "SELECT count(*)::integer FROM task_run WHERE created >= '2025-03-14T06:00Z'",
    );
    const { steps } = await explainPlanForValues(database.session, statement.text, values);
    const visits = steps.filter((step) => step['Relation Name'] === 'task_run');
    expect(visits).toHaveLength(1);
    expect(visits[0]).toMatchObject({ 'Node Type': expect.stringMatching(/^(Index|Bitmap Heap) Scan$/) });
    expect(visits[0]!['Actual Rows']).toBe(count);
  });
});
