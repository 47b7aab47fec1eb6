// How PostgreSQL looks up single runs and several runs in one statement: by the keys in their paths, and not at all for
// a subject that sees none of their task's runs.

import { FieldGroup } from '../../src/task-runs/columns/field-groups.js';
import { bindGroupsForSubject, bindRunPaths } from '../../src/task-runs/run/entity-statements.js';
import { bindRuns, type RunKey } from '../../src/task-runs/run/run-statement.js';
import type { Queries } from '../support/databases.js';
import { explainKeptPlan, explainPlanForValues, scannedRuns, toLiteral } from '../support/explain.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { idOf } from '../support/permission-world.js';
import { usePlannedDatabase } from '../support/planned-database.js';
import { vacuumAll } from '../support/vacuum.js';

const { orgId, projectId, taskId } = generated;
const [owner, viewer, stranger] = [idOf(1991), idOf(1992), idOf(1993)];
const everything = Object.values(FieldGroup).reduce<number>((all, group) => all | group, FieldGroup.none);
const selections = {
  'core columns': { fieldGroups: FieldGroup.none, pointers: [] },
  'all columns': { fieldGroups: FieldGroup.details, pointers: [] },
  relations: { fieldGroups: FieldGroup.reportingGroup | FieldGroup.files, pointers: [] },
  'a part of the JSON': {
    fieldGroups: FieldGroup.none,
    pointers: [{ source: 'response', pointer: '/label' }],
  },
  everything: { fieldGroups: everything, pointers: [], previewLength: 10 },
} satisfies Record<string, RunKey['selection']>;

async function arrange(database: Queries): Promise<void> {
  await arrangeGeneratedRuns(database, 4000);
  // Some callers have nearly all grants. The planner's estimates for other callers must not depend on that.
  await database.query(
    `INSERT INTO task (id, project_id, name, run_visibility)
     SELECT gen_random_uuid(), $1, 'Task ' || n, 'owner_only' FROM generate_series(1, 3000) AS n`,
    [projectId],
  );
  await database.query("INSERT INTO access_grant SELECT 'task', id, 'user', $1, 'owner' FROM task", [owner]);
  await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [taskId, viewer]);
  await database.query("UPDATE task SET run_visibility = 'owner_only'");
  await vacuumAll(database);
}

describe('the plan for single runs', () => {
  const database = usePlannedDatabase(arrange);
  let ids: readonly string[] = [];
  beforeAll(async () => {
    const rows = await database.session.query('SELECT id FROM task_run WHERE task_id = $1 ORDER BY id LIMIT 64', [
      taskId,
    ]);
    ids = rows.map(({ id }: { readonly id: string }) => id);
  });
  const bound = (subject: string, selection: RunKey['selection'], count = 1, userId: string | null = null) => {
    const keys = ids.slice(0, count).map((id) => ({
      ...{ path: { orgId, projectId, taskId, id }, subject, userId, selection, maxBytes: 1_000_000 },
      ...({ namesTask: true, scopeKind: 'usage' } as const),
    }));
    return bindRuns(keys, { bytes: 131_072, perField: false });
  };
  const explain = async (...key: Parameters<typeof bound>) => {
    const { statement, values } = bound(...key);
    return Promise.all([
      explainKeptPlan(database.session, statement.text, values),
      explainPlanForValues(database.session, statement.text, values),
    ]);
  };

  describe.each(Object.entries(selections))('with %s', (_name, selection) => {
    it.each([1, 64])('touches a few blocks for each of %d runs', async (count) => {
      for (const { buffers, steps, usedIndexes } of await explain(owner, selection, count)) {
        expect(usedIndexes).toEqual(expect.arrayContaining(['task_run_pkey', 'access_grant_pkey']));
        expect(steps.reduce((sum, step) => sum + scannedRuns(step).all, 0)).toBe(count);
        expect(buffers).toBeLessThan(60 * count);
      }
    });

    it.each([
      ['without a role', stranger, stranger],
      ['that sees only its own runs, and executes none', viewer, null],
    ])('looks up no run for a subject %s', async (_who, subject, userId) => {
      for (const count of [1, 64])
        for (const { usedIndexes } of await explain(subject, selection, count, userId))
          expect(usedIndexes).not.toContain('task_run_pkey');
    });

    it.each([1, 64])('stays in the cache of the server for all values, for %d runs', async (count) => {
      const { text } = bound(owner, selection, count).statement;
      await database.session.query('SET plan_cache_mode = auto');
      await database.session.query(`PREPARE kept AS ${text}`);
      for (let execution = 0; execution < 10; execution += 1) {
        const { values } = bound([owner, viewer, stranger][execution % 3]!, selection, count);
        await database.session.query(`EXECUTE kept (${values.map(toLiteral).join(', ')})`);
      }
      const [row] = await database.session.query("SELECT custom_plans FROM pg_prepared_statements WHERE name = 'kept'");
      await database.session.query('DEALLOCATE kept');
      // The server creates five custom plans before it compares them with a generic one.
      expect(Number(row.custom_plans)).toBe(5);
    });
  });

  it.each([1, 300])('looks up the paths of %i runs by their keys, also where they are missing', async (count) => {
    const [rows] = await database.session.query(
      'SELECT array_agg(id) AS ids FROM (SELECT id FROM task_run LIMIT $1) AS run',
      [count],
    );
    const missing = Array.from({ length: count }, (_, index) => idOf(0x900000 + index));
    for (const keys of [rows.ids, missing]) {
      const { statement, values } = bindRunPaths(keys);
      const plan = await explainKeptPlan(database.session, statement.text, values);
      expect(plan.usedIndexes).toContain('task_run_pkey');
      expect(plan.scannedTables).not.toContain('task_run');
      expect(plan.buffers).toBeLessThan(20 * count);
    }
  });

  it.each([viewer, stranger])(
    'reads the grants of %s, and none of the many tasks, for reporting groups',
    async (subject) => {
      for (const id of [generated.groups[0], idOf(0x900000)]) {
        const { statement, values } = bindGroupsForSubject({ subject, confinement: {}, ids: [id] });
        const { usedIndexes, buffers } = await explainKeptPlan(database.session, statement.text, values);
        expect(usedIndexes).toContain('access_grant_subject_idx');
        expect(buffers).toBeLessThan(40);
      }
    },
  );
});
