// A statement that returns no rows is charged by a different clock than one that returns rows. Statements with keys
// that may identify something hidden from the caller therefore return a row for each key, because costs must not reveal
// what exists.

import type { DataSource } from 'typeorm';
import type { StatementRunner } from '../../../src/database/connection/statement-runner.js';
import { PostgresStatements } from '../../../src/database/connection/statement-runner.js';
import { createRunServices, type RunServices } from '../../../src/request/services.js';
import { ReadScheduler } from '../../../src/scheduling/read-scheduler.js';
import { createBudget, createCaller } from '../../support/callers.js';
import { useMigratedDatabase } from '../../support/migrated-database.js';
import { arrangePermissionWorld, idOf, world } from '../../support/permission-world.js';

const group = idOf(300);
const ids: { readonly fieldGroups: number; readonly pointers: [] } = { fieldGroups: 0, pointers: [] };
/** The objects of one organization, or ids that identify nothing. */
interface Objects {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly id: string;
  readonly groupId: string;
}
const hidden: Objects = {
  ...{ orgId: world.otherOrg, projectId: world.otherProject, taskId: world.otherTask, id: world.otherRun },
  groupId: group,
};
const missing: Objects = {
  ...{ orgId: idOf(201), projectId: idOf(202), taskId: idOf(203), id: idOf(204), groupId: idOf(205) },
};
const permissions = ['organization:view', 'task_run:read'];

type Request = (services: RunServices, objects: Objects) => Promise<unknown>;
const requests: Record<string, { readonly request: Request; readonly statements: Record<string, number> }> = {
  'a run by its id': {
    request: ({ taskRuns }, { id }) => taskRuns.runById(id, ids),
    statements: { task_run_paths_by_id: 1, task_runs_by_path: 1 },
  },
  'a run by its path': {
    request: ({ taskRuns }, { orgId, projectId, taskId, id }) =>
      taskRuns.runByPath({ orgId, projectId, taskId, id }, ids),
    statements: { task_runs_by_path: 1 },
  },
  'several runs by their ids': {
    request: ({ taskRuns }, { id }) => Promise.all([taskRuns.runById(id, ids), taskRuns.runById(idOf(206), ids)]),
    // Up to 32 runs share a row.
    statements: { task_run_paths_by_id: 2, task_runs_by_path: 1 },
  },
  'a reporting group': {
    request: ({ taskRuns }, { groupId }) => taskRuns.reportingGroupById(groupId),
    statements: { reporting_groups_for_subject: 1 },
  },
  'organization, project and task': {
    request: ({ resources }, { orgId, projectId, taskId }) =>
      Promise.all([
        resources.find({ type: 'organization', id: orgId }),
        resources.find({ type: 'project', id: projectId }),
        resources.find({ type: 'task', id: taskId }),
      ]),
    statements: { resource_names: 3 },
  },
  'permissions on several paths': {
    request: ({ resources }, { orgId, projectId, taskId }) =>
      Promise.all([
        resources.can('organization:view', { orgId }),
        resources.can('project:view', { orgId, projectId }),
        resources.can('task_run:read', { orgId, projectId, taskId }),
      ]),
    statements: { held_roles: 3 },
  },
  'several permissions on a path': {
    request: ({ resources }, { orgId, projectId, taskId }) =>
      resources.permissionsHeld({ orgId, projectId, taskId }, permissions),
    statements: { held_roles: 1 },
  },
  'a list of a task': {
    request: ({ lists }, { orgId, projectId, taskId }) =>
      lists.list({ orgId, projectId, taskId, first: 1, orderBy: 'CREATED_DESC' }, { selection: ids, count: false }),
    statements: { task_run_pages_by_task: 1 },
  },
  'a list of a project': {
    request: ({ lists }, { orgId, projectId }) =>
      lists.list({ orgId, projectId, first: 1, orderBy: 'CREATED_DESC' }, { selection: ids, count: false }),
    statements: { task_run_scopes: 1 },
  },
  'changes of a task': {
    request: ({ changes }, { orgId, projectId, taskId }) => changes.page({ orgId, projectId, taskId }, ids),
    statements: { task_run_change_scopes: 1 },
  },
};

describe('statements for a caller without any role', () => {
  let statements: StatementRunner;
  const rows: Record<string, number> = {};
  useMigratedDatabase(async (dataSource: DataSource) => {
    await arrangePermissionWorld(dataSource);
    await dataSource.query("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Pilot')", [
      group,
      world.otherProject,
    ]);
    statements = new PostgresStatements(dataSource, {
      onStatement() {},
      cancelsOnAbort: false,
      keepsPrepared: true,
    });
  });

  const openServices = () => {
    const counting: StatementRunner = {
      async run<Row extends object>(...[statement, values, signal]: Parameters<StatementRunner['run']>) {
        const result = await statements.run<Row>(statement, values, signal);
        rows[statement.name] = (rows[statement.name] ?? 0) + result.length;
        return result;
      },
    };
    const options = { onPollFailure() {}, staleEpoch: null, cursorKey: Buffer.alloc(32), now: Date.now };
    const scheduler = new ReadScheduler({ connections: () => 4, timeoutMs: 60_000 });
    return createRunServices(counting, scheduler, { ...options, isIssuerTrusted: () => true });
  };
  const rowsOf = async (request: Request, objects: Objects) => {
    for (const name of Object.keys(rows)) delete rows[name];
    const services = openServices();
    await request(services.open(createCaller('stranger'), createBudget()), objects).catch((error: Error) => {
      expect(error).toMatchObject({ reason: 'PERMISSION_CHECK_FAILED' });
    });
    services.close();
    return { ...rows };
  };

  describe.each(Object.entries(requests))('for %s', (_name, { request, statements }) => {
    it.each([
      ['hidden', hidden],
      ['missing', missing],
    ])('return a row for each %s one', async (_kind, objects) => {
      expect(await rowsOf(request, objects)).toEqual(statements);
    });
  });
});
