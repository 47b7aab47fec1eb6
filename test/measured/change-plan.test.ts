// How PostgreSQL executes the statements for changes: with their index, and with the same effort for every page.

import { bindChangePoll } from '../../src/task-runs/changes/change-poll.js';
import { bindChangePage, type ChangePageKey } from '../../src/task-runs/changes/change-statement.js';
import { FieldGroup } from '../../src/task-runs/columns/field-groups.js';
import { parseRunFilter } from '../../src/task-runs/visibility/run-filter.js';
import type { RunScope } from '../../src/task-runs/visibility/run-scope.js';
import { explainKeptPlan } from '../support/explain.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { usePlannedDatabase } from '../support/planned-database.js';
import { vacuumAll } from '../support/vacuum.js';

const { orgId, projectId, taskId, otherTaskId, users } = generated;
const path = { orgId, projectId, taskId: null };
const scopes = {
  task: { path: { ...path, taskId }, allRunsTaskIds: [taskId], ownRunsTaskIds: [], userId: null },
  project: { path, allRunsTaskIds: [taskId, otherTaskId], ownRunsTaskIds: [], userId: null },
  mixed: { path, allRunsTaskIds: [taskId], ownRunsTaskIds: [otherTaskId], userId: users[0]! },
} satisfies Record<string, RunScope>;
const asOwner = { subject: generated.owner, userId: null, taskIds: null };
const noEnd = '999999999999';
const everything = {
  fieldGroups:
    FieldGroup.details | FieldGroup.response | FieldGroup.runData | FieldGroup.reportingGroup | FieldGroup.files,
  pointers: [],
};

describe('the plan of changes', () => {
  const database = usePlannedDatabase(async (dataSource) => {
    await arrangeGeneratedRuns(dataSource, 20_000);
    // Half of the runs are as they were before the migration.
    await dataSource.query("UPDATE task_run SET changed_xid = '0' WHERE input_tokens % 4 < 2");
    await vacuumAll(dataSource);
  });

  const positionAt = async (offset: number) => {
    const [position] = await database.session.query(
      `SELECT changed_xid::text AS xid, id FROM task_run WHERE task_id = $1 ORDER BY task_run.changed_xid, id LIMIT 1 OFFSET $2`,
      [taskId, offset],
    );
    return position as { xid: string; id: string };
  };
  const explainPage = (scope: RunScope, page: Partial<ChangePageKey> = {}) => {
    const key = {
      scope,
      deletedTasks: [],
      moveScope: scope.path.taskId === null ? scope : null,
      kinds: 'runs and deletions' as const,
      filter: parseRunFilter(null, 0),
      selection: everything,
      after: null,
      snapshotFloor: null,
      until: noEnd,
      size: 100,
      ...page,
    };
    const { statement, values } = bindChangePage(key, { runs: 'joined', maxBytes: 2 ** 30 });
    return explainKeptPlan(database.session, statement.text, values);
  };

  it.each(Object.entries(scopes))(
    'touches as much for any page of a %s, by the index of changes',
    async (name, scope) => {
      const plans = [
        await explainPage(scope),
        await explainPage(scope, { after: await positionAt(2000) }),
        await explainPage(scope, { after: await positionAt(8000) }),
      ];
      const buffers = plans.map((plan) => plan.buffers);
      for (const { usedIndexes, scannedTables } of plans) {
        expect(usedIndexes).toContain('task_run_change_idx');
        expect(scannedTables).not.toContain('task_run');
        expect(scannedTables).not.toContain('task_run_file');
      }
      if (name !== 'mixed') expect(Math.max(...buffers)).toBeLessThan(1.6 * Math.min(...buffers));
      // A hundred runs are looked up one by one. If some are not the caller's, at most two thousand are examined.
      expect(Math.max(...buffers)).toBeLessThan(name === 'mixed' ? 9000 : 1200);
    },
  );

  it('looks at some thousand runs and no more for a filter that hardly any run matches', async () => {
    for (const filter of [{ minTotalTokens: 39_990 }, { primaryFailureReasonContains: 'absent' }, { hasFiles: true }]) {
      const plan = await explainPage(scopes.project, { filter: parseRunFilter(filter, 0) });
      expect(plan.scannedTables).not.toContain('task_run');
      // Examining all 20,000 runs would access more than 60,000 blocks.
      expect(plan.buffers).toBeLessThan(12_000);
    }
  });

  it('touches next to nothing where nothing has changed', async () => {
    const [last] = await database.session.query('SELECT max(changed_xid::text::bigint) + 1 AS xid FROM task_run');
    for (const scope of Object.values(scopes)) {
      const { buffers } = await explainPage(scope, { after: { xid: last.xid, id: taskId } });
      expect(buffers).toBeLessThan(30);
    }
    const since = String(last.xid);
    const paths = [scopes.task.path, scopes.project.path];
    const poll = { ...asOwner, scopeKind: 'usage' } as const;
    const { statement, values } = bindChangePoll(paths.map((item) => ({ ...poll, path: item, since })));
    const { buffers, usedIndexes, scannedTables } = await explainKeptPlan(database.session, statement.text, values);
    expect(usedIndexes).toContain('task_run_change_idx');
    expect(scannedTables).not.toContain('task_run');
    expect(buffers).toBeLessThan(40);
  });

  it('touches next to nothing to find that much has changed', async () => {
    const { statement, values } = bindChangePoll([
      { ...asOwner, path: scopes.project.path, scopeKind: 'usage', since: '1' },
    ]);
    const { buffers } = await explainKeptPlan(database.session, statement.text, values);
    expect(buffers).toBeLessThan(40);
  });
});
