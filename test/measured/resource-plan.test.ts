// How PostgreSQL finds what a subject sees: it starts from the subject's grants, and never reads a whole table.

import type { BoundStatement } from '../../src/database/statements.js';
import { bindHeldRoles } from '../../src/task-runs/resources/held-roles-statement.js';
import { bindNames } from '../../src/task-runs/resources/names-statement.js';
import { bindVisibleResources } from '../../src/task-runs/resources/visible-resources-statement.js';
import { bindVisibleTasks } from '../../src/task-runs/resources/visible-tasks-statement.js';
import { bindScopes } from '../../src/task-runs/visibility/scope-statement.js';
import { explainKeptPlan } from '../support/explain.js';
import { arrangeManyTasks, manyTasks } from '../support/many-tasks.js';
import { usePlannedDatabase } from '../support/planned-database.js';
import { vacuumAll } from '../support/vacuum.js';

const { org, project, taskAt, count, organizationViewer, everyTaskViewer, lastTaskViewer } = manyTasks;
const confinement = {};
const page = { projectId: project, size: 50, isCounted: false };

describe('the plans for the visible resources of a subject', () => {
  const database = usePlannedDatabase(async (dataSource) => {
    await arrangeManyTasks({ query: (sql, values) => dataSource.query(sql, values) }, 20_000);
  });

  // Otherwise a statement for many tasks would read all of its subject's grants for each task.
  it('differ from those for a path, also where the server has no statistics of the tables yet', async () => {
    const path = { orgId: org, projectId: project, taskId: null };
    const { statement, values } = bindScopes([{ path, subject: everyTaskViewer }]);
    const { usedIndexes } = await explainKeptPlan(database.session, statement.text, values);
    expect(usedIndexes).toContain('access_grant_pkey');
    expect(usedIndexes).not.toContain('access_grant_subject_idx');
    await vacuumAll(database.session);
  });

  const paths = [{ orgId: org, projectId: project, taskId: taskAt(7) }];
  const resources = [
    { type: 'organization', id: org },
    { type: 'project', id: project },
    { type: 'task', id: taskAt(7) },
  ] as const;
  const pageAfter = (after: string | null) => (subject: string) =>
    bindVisibleTasks({ subject, confinement, pages: [{ ...page, after }] });
  const reads = {
    organizations: (subject) => bindVisibleResources({ subject, confinement }),
    'the first page of tasks': pageAfter(null),
    'a page of tasks in the middle': pageAfter(taskAt(count / 2)),
    'the last page of tasks': pageAfter(taskAt(count - 51)),
    names: (subject) => bindNames({ subject, confinement, resources }),
    permissions: (subject) => bindHeldRoles({ subject, confinement, paths }),
  } satisfies Record<string, (subject: string) => BoundStatement>;
  const cases = Object.entries(reads);

  describe.each([organizationViewer, lastTaskViewer])('for %s', (subject) => {
    it.each(cases)('touch a few blocks of indexes for %s', async (_name, read) => {
      const { statement, values } = read(subject);
      const { buffers, scannedTables } = await explainKeptPlan(database.session, statement.text, values);
      expect(scannedTables).toEqual([]);
      expect(buffers).toBeLessThan(40);
    });
  });

  it.each(cases)(
    'look at each grant and its task once for %s, where every task was granted separately',
    async (_name, read) => {
      const { statement, values } = read(everyTaskViewer);
      const { buffers, scannedTables, usedIndexes } = await explainKeptPlan(database.session, statement.text, values);
      expect(scannedTables).toEqual([]);
      expect(usedIndexes).toEqual(expect.arrayContaining(['access_grant_subject_idx', 'task_pkey']));
      expect(buffers).toBeLessThan(4 * count);
    },
  );
});
