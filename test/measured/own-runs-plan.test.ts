// How PostgreSQL reads the runs of a caller who may read only its own runs of a task, among thousands of others that
// match as well: with the indexes that store each user's runs together, for every filter, order and statistic. The same
// in a project with mixed tasks, where the caller may read all runs of one task, its own of another, and none of a
// third.

import { createSearchIndex } from '../../src/database/search-index.js';
import { ReadScheduler } from '../../src/scheduling/read-scheduler.js';
import { bindChangePoll } from '../../src/task-runs/changes/change-poll.js';
import { ChangeReader, requestReading } from '../../src/task-runs/changes/change-reader.js';
import { FieldGroup } from '../../src/task-runs/columns/field-groups.js';
import { createCursorCodec } from '../../src/task-runs/lists/cursor.js';
import { createListReaders } from '../../src/task-runs/lists/list-readers.js';
import type { PageRequest } from '../../src/task-runs/lists/page-request.js';
import { ScanAllowance } from '../../src/task-runs/lists/scan-runs.js';
import type { Dimension } from '../../src/task-runs/statistics/dimensions.js';
import { toGroupings } from '../../src/task-runs/statistics/groupings.js';
import { StatisticsReader } from '../../src/task-runs/statistics/statistics-reader.js';
import { parseRunFilter, type RunFilterInput } from '../../src/task-runs/visibility/run-filter.js';
import type { RunScope } from '../../src/task-runs/visibility/run-scope.js';
import { createBudget } from '../support/callers.js';
import type { Queries } from '../support/databases.js';
import { createExplainingStatements, type ExecutedPlan, explainKeptPlan, scannedRuns } from '../support/explain.js';
import { filterCases } from '../support/filter-cases.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { idOf } from '../support/permission-world.js';
import { usePlannedDatabase } from '../support/planned-database.js';
import { changeCursors } from '../support/run-changes.js';
import { vacuumAll } from '../support/vacuum.js';

const { orgId, projectId, taskId: ownTask, otherTaskId: hiddenTask, users } = generated;
const wholeTask = idOf(1990);
const caller = idOf(1991);
const runsOfCaller = 20;
const runsOfWholeTask = 10;
const path = { orgId, projectId, taskId: null };
const scopes = {
  task: { path: { ...path, taskId: ownTask }, allRunsTaskIds: [], ownRunsTaskIds: [ownTask], userId: caller },
  project: { path, allRunsTaskIds: [wholeTask], ownRunsTaskIds: [ownTask], userId: caller },
} satisfies Record<string, RunScope>;
const ids = { fieldGroups: FieldGroup.none, pointers: [] };

async function arrange(database: Queries): Promise<void> {
  await arrangeGeneratedRuns(database, 4000);
  const update = (sql: string, task: string, count: number, values: unknown[] = []) =>
    database.query(
      `UPDATE task_run SET ${sql} WHERE id IN (
         SELECT id FROM task_run WHERE task_id = $1 ORDER BY created LIMIT 2000 OFFSET 500) AND input_tokens % 3 = 0
         AND id IN (SELECT id FROM task_run WHERE task_id = $1 AND input_tokens % 3 = 0 ORDER BY created DESC LIMIT $2)`,
      [task, count, ...values],
    );
  await database.query('UPDATE task_run SET user_id = $1', [users[0]]);
  await update('user_id = $3', ownTask, runsOfCaller, [caller]);
  await database.query(
    `INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Whole', 'all_viewers')`,
    [wholeTask, projectId],
  );
  await update('task_id = $3', hiddenTask, runsOfWholeTask, [wholeTask]);
  await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [ownTask, caller]);
}

/** Converts the values of conditions on JSON as the schema's scalars do. */
function asCoerced(filter: RunFilterInput | Record<string, unknown>): RunFilterInput {
  return JSON.parse(JSON.stringify(filter), (name, value) =>
    ['response', 'submitted', 'runData'].includes(name) ? value.map(asCondition) : value,
  );
}

function asCondition(condition: Record<string, unknown>): Record<string, unknown> {
  const coerced = Object.entries(condition).map(([name, value]) => {
    if (name === 'eq' || name === 'contains') return [name, value === null ? null : JSON.stringify(value)];
    if (name === 'in') return [name, (value as unknown[]).map((item) => (item === null ? null : JSON.stringify(item)))];
    return [name, typeof value === 'number' ? String(value) : value];
  });
  return Object.fromEntries(coerced);
}

const feed = { deletedTasks: [], kinds: 'runs and deletions' } as const;

describe('the plan for a caller who sees only own runs', () => {
  const database = usePlannedDatabase(async (dataSource) => {
    await arrange(dataSource);
    await createSearchIndex(dataSource);
    await vacuumAll(dataSource);
  });

  const expectOnlyVisibleRuns = (name: string, { steps, usedIndexes }: ExecutedPlan, scope: RunScope) => {
    const visible = runsOfCaller + scope.allRunsTaskIds.length * runsOfWholeTask;
    const hidden = steps.map((step) => ({ step, all: scannedRuns(step).all })).filter(({ all }) => all > visible);
    expect([name, hidden.map(({ step }) => [step['Node Type'], step['Index Name']])]).toEqual([name, []]);
    if (scope.allRunsTaskIds.length > 0) return;
    const indexes = ['task_run_pkey', 'task_run_user_id_idx', 'task_run_own_change_idx', 'task_run_deletion_own_idx'];
    const others = usedIndexes.filter((index) => /^task_run_(?!file)/.test(index) && !indexes.includes(index));
    expect([name, others]).toEqual([name, []]);
  };

  const explaining = () => {
    const { statements, explained } = createExplainingStatements(database.session);
    const scheduler = new ReadScheduler({ connections: () => 1, timeoutMs: 60_000 });
    return {
      lists: createListReaders({ statements, scheduler }),
      statistics: new StatisticsReader(statements, scheduler),
      changes: new ChangeReader(statements, scheduler, {
        ...requestReading,
        staleEpoch: null,
        cursors: changeCursors,
      }),
      /** All statements so far. */
      expectOnlyVisibleRuns(scope: RunScope) {
        expect(explained.length).toBeGreaterThan(0);
        for (const { name, plans } of explained) for (const plan of plans) expectOnlyVisibleRuns(name, plan, scope);
      },
    };
  };
  const page = (request: Partial<PageRequest> = {}): PageRequest => ({
    ...{ size: 50, isBackward: false, order: 'CREATED_DESC', after: null, before: null },
    cursors: createCursorCodec(null),
    ...request,
  });
  const position = { created: '2025-03-02T00:00:00.000000Z', id: idOf(1) };
  const pages = [
    page(),
    page({ isBackward: true }),
    page({ order: 'CREATED_ASC', after: position }),
    page({ after: position, before: { ...position, created: '2025-03-01T12:00:00.000000Z' } }),
  ];
  const measures = { measures: ['runs', 'totalTokens', 'chargedCredits'], percentiles: ['llmCallTiming'] } as const;
  const dimensions: Dimension[] = [
    ...(['STATUS', 'USER', 'TASK', 'REPORTING_GROUP', 'CONTEXT'] as const).map((by) => ({ by })),
    { by: 'DAY', timeZone: 'UTC' },
  ];
  const splits = dimensions.map((dimension) => ({ dimension, statistics: { ...measures, splits: [] } }));

  const filters: RunFilterInput[] = [{}, ...filterCases.map(({ filter }) => asCoerced(filter)), { search: 'l717' }];

  it.each(filters)('touches no other run for any list, count, statistic and change that %j holds', async (input) => {
    const filter = parseRunFilter(input, 0);
    for (const scope of Object.values(scopes)) {
      const { lists, statistics, changes, ...explained } = explaining();
      const budget = createBudget();
      if (scope === scopes.task) {
        for (const each of pages) {
          const reader = { subject: caller, userId: caller, filter, selection: ids, maxTested: 1000 };
          await lists.pages.readTaskPage({ ...reader, path: { ...path, taskId: ownTask }, page: each }, budget);
        }
      }
      const search = await lists.scans.openSearch(scope, filter, budget);
      const allowance = new ScanAllowance(budget.deadline);
      for (const each of [...pages, page({ order: 'TOTAL_TOKENS_DESC' }), page({ order: 'CHARGED_CREDITS_ASC' })]) {
        await lists.pages.readProjectPage({ scope, filter, search, page: each, selection: ids }, allowance, budget);
      }
      await lists.counts.countRuns({ scope, filter, search }, budget);
      await lists.counts.countUpTo({ scope, filter, search, max: 1000 }, allowance, budget);
      await statistics.read(
        { scope, filter, groupings: toGroupings({ ...measures, splits }), previousFilter: null, now: 0 },
        budget,
      );
      for (const after of [null, { xid: '1', id: idOf(1) }]) {
        await changes.readPage(
          {
            ...feed,
            scope,
            moveScope: scope,
            filter,
            selection: ids,
            after,
            snapshotFloor: null,
            until: '999999999999',
            size: 7,
          },
          budget,
        );
      }
      explained.expectOnlyVisibleRuns(scope);
    }
  });

  it('touches no other run for contexts, neighbours and changes with a search', async () => {
    for (const scope of Object.values(scopes)) {
      const { lists, changes, ...explained } = explaining();
      const budget = createBudget();
      await lists.counts.readContexts({ scope, contextIds: ['context-2', 'context-4', 'absent'] }, budget);
      await lists.pages.readAdjacentRuns(
        pages.map((item) => ({
          ...{ path: { ...path, taskId: ownTask }, subject: caller, userId: caller, filter: parseRunFilter({}, 0) },
          ...{ selection: ids, maxTested: 0, page: { ...item, size: 1 } },
        })),
        budget,
      );
      const filter = parseRunFilter({ search: 'l717' }, 0);
      await changes.readPage(
        {
          ...feed,
          scope,
          moveScope: scope,
          filter,
          selection: ids,
          after: null,
          snapshotFloor: null,
          until: '999999999999',
          size: 7,
        },
        budget,
      );
      explained.expectOnlyVisibleRuns(scope);
    }
  });

  it("wakes waiting requests for changes only by the caller's own runs", async () => {
    const changedIn = async (subject: string, userId: string | null, since: string) => {
      const scope = { path: scopes.task.path, subject, userId, taskIds: null, scopeKind: 'usage' as const, since };
      const { statement, values } = bindChangePoll([
        scope,
        { ...scope, path },
        { ...scope, path, taskIds: [hiddenTask] },
      ]);
      const plan = await explainKeptPlan(database.session, statement.text, values);
      const [row] = await database.session.query(statement.text, values);
      return { plan, changed: row.changed };
    };
    await database.session.query("UPDATE task_run SET changed_xid = '7' WHERE changed_xid > '7'");
    await database.session.query("UPDATE task_run SET changed_xid = '9' WHERE user_id = $1", [users[0]]);
    await database.session.query("UPDATE task_run SET changed_xid = '5' WHERE user_id = $1", [caller]);
    await vacuumAll(database.session);
    expect((await changedIn(generated.owner, null, '6')).changed).toEqual([1, 2, 3]);
    expect((await changedIn('stranger', null, '1')).changed).toEqual([]);
    expect((await changedIn(caller, caller, '6')).changed).toEqual([]);
    const { plan, changed } = await changedIn(caller, caller, '5');
    expect(changed).toEqual([1, 2]);
    expect(plan.usedIndexes).toContain('task_run_own_change_idx');
  });
});
