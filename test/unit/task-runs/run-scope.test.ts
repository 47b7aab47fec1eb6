import type { Confinement } from '../../../src/access/caller.js';
import { bitOfRole, explainForbidden, noRoles } from '../../../src/access/policy.js';
import { RequestCost } from '../../../src/admission/request-cost.js';
import {
  assertScopeAllowed,
  decideChargedScope,
  decideScope,
  parseScopePath,
  type TaskAccess,
} from '../../../src/task-runs/visibility/run-scope.js';
import { createCaller } from '../../support/callers.js';

const idOf = (digit: number) => `${`${digit}`.repeat(8)}-8dc6-6d08-aea9-928fcecad8f1`;
const [orgId, projectId, taskId, otherTask, subject] = [1, 2, 3, 4, 5].map(idOf) as [
  string,
  string,
  string,
  string,
  string,
];
const projectScope = { orgId, projectId, taskId: null };
const taskScope = { orgId, projectId, taskId };
const viewer = (confinement: Confinement = {}, by = subject) => ({ ...createCaller(by), confinement });
const facts = (more: Partial<TaskAccess> = {}): TaskAccess => ({
  taskId,
  visibility: 'all_viewers',
  isProject: true,
  roles: bitOfRole('viewer'),
  ...more,
});
const reasonOf = (act: () => unknown) => {
  try {
    return act() ?? 'allowed';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

describe('the scope of a list', () => {
  it('takes a path of ids, in lower case, and names the first argument that is not one', () => {
    expect(parseScopePath({ orgId, projectId, taskId: taskId.toUpperCase() })).toEqual(taskScope);
    expect(() => parseScopePath({ orgId, projectId: '1', taskId: '2' })).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ argument: 'projectId' }) }),
    );
  });

  it.each<[Confinement, 'of the task' | 'of the project', string]>([
    [{}, 'of the task', 'allowed'],
    [{ taskIds: [taskId] }, 'of the task', 'allowed'],
    [{ taskIds: [otherTask] }, 'of the task', 'PERMISSION_CHECK_FAILED'],
    [{ taskIds: [otherTask] }, 'of the project', 'allowed'],
    [{ taskIds: [] }, 'of the project', 'PERMISSION_CHECK_FAILED'],
    [{ projectIds: [orgId] }, 'of the project', 'PERMISSION_CHECK_FAILED'],
  ])('follows a token confined to %j, %s: %s, before any look-up', (confinement, path, expected) => {
    const asked = path === 'of the task' ? taskScope : projectScope;
    expect(reasonOf(() => assertScopeAllowed(viewer(confinement), asked))).toBe(expected);
  });

  it('holds all runs of the tasks that the role sees, and its own of the others', () => {
    const hidden = facts({ taskId: otherTask, visibility: 'owner_only' });
    const path = projectScope;
    expect(decideScope(viewer(), path, [facts(), hidden], 'usage')).toEqual({
      path,
      allRunsTaskIds: [taskId],
      ownRunsTaskIds: [otherTask],
      userId: subject,
      runAccess: 'own',
    });
    expect(decideScope(viewer({}, 'no id'), path, [facts(), hidden], 'usage')).toMatchObject({
      ...{ allRunsTaskIds: [taskId], ownRunsTaskIds: [], runAccess: 'own' },
    });
    expect(decideScope(viewer({ taskIds: [otherTask] }), path, [facts(), hidden], 'usage')).toMatchObject({
      allRunsTaskIds: [],
      runAccess: 'own',
    });
    expect(decideScope(viewer({ taskIds: [taskId] }), path, [facts(), hidden], 'usage')).toMatchObject({
      runAccess: 'all',
    });
    const noRole = { ...hidden, roles: noRoles };
    expect(decideScope(viewer(), path, [facts(), noRole], 'usage')).toMatchObject({
      allRunsTaskIds: [taskId],
      ownRunsTaskIds: [],
      runAccess: 'all',
    });
  });

  describe.each<[string, TaskAccess['roles'], 'all' | 'usage' | 'own', 'all' | 'own']>([
    ['an analyst', bitOfRole('analyst'), 'usage', 'own'],
    ['an analyst that is a viewer', bitOfRole('analyst') | bitOfRole('viewer'), 'usage', 'own'],
    ['an analyst that is an owner', bitOfRole('analyst') | bitOfRole('owner'), 'all', 'all'],
    ['a viewer', bitOfRole('viewer'), 'own', 'own'],
  ])('of %s, of a task whose runs owners see', (_who, roles, usage, payload) => {
    const task = facts({ visibility: 'owner_only', roles });
    const scopes = {
      all: { allRunsTaskIds: [taskId], ownRunsTaskIds: [], userId: null },
      own: { allRunsTaskIds: [], ownRunsTaskIds: [taskId], userId: subject },
    };

    it(`contains the usage of ${usage} runs, and names the role that is missing for payload`, () => {
      const missing = { requires: { role: 'owner', visibility: 'owner_only' }, holds: explainForbidden(task)!.holds };
      expect(decideScope(viewer(), taskScope, [task], 'usage')).toEqual({
        path: taskScope,
        ...scopes[usage === 'own' ? 'own' : 'all'],
        runAccess: usage,
        ...(usage === 'usage' && { withheld: { missingRoles: { [taskId]: missing }, userId: subject } }),
      });
    });

    it(`contains the payload of ${payload} runs`, () => {
      const scope = { path: taskScope, ...scopes[payload], runAccess: payload };
      expect(decideScope(viewer(), taskScope, [task], 'payload')).toEqual(scope);
    });
  });

  it.each([
    ['is charged by its estimate where payload is withheld', 'analyst', 'usage', true],
    ['is charged by its measured cost where none is', 'owner', 'usage', false],
    ['is charged by its measured cost where only visible payload is read', 'analyst', 'payload', false],
  ] as const)('%s', (_title, role, scopeKind, expected) => {
    const cost = new RequestCost();
    cost.admit(7);
    const task = facts({ visibility: 'owner_only', roles: bitOfRole(role) });
    const scope = decideChargedScope(cost, viewer(), taskScope, [task], scopeKind);
    expect(scope).toEqual(decideScope(viewer(), taskScope, [task], scopeKind));
    cost.addDatabase(10);
    expect(cost.points).toBe(expected ? 7 : 100);
  });

  it('takes the run access of the least visible task', () => {
    const analysed = facts({ visibility: 'owner_only', roles: bitOfRole('analyst') });
    const own = facts({ taskId: otherTask, visibility: 'owner_only' });
    expect(decideScope(viewer(), projectScope, [facts(), analysed], 'usage').runAccess).toBe('usage');
    expect(decideScope(viewer(), projectScope, [facts(), analysed, own], 'usage').runAccess).toBe('own');
  });

  it.each<[string, typeof taskScope | typeof projectScope, TaskAccess[], string]>([
    ['a path that is nowhere', taskScope, [], 'PERMISSION_CHECK_FAILED'],
    ['a task without a role', taskScope, [facts({ roles: noRoles })], 'PERMISSION_CHECK_FAILED'],
    ['a task that is not there', taskScope, [facts({ taskId: null, visibility: null })], 'TASK_RUN_NOT_FOUND'],
    ['a project that is not there', projectScope, [facts({ taskId: null, isProject: false })], 'TASK_RUN_NOT_FOUND'],
  ])('fails for %s', (_what, path, known, expected) => {
    expect(reasonOf(() => decideScope(viewer(), path, known, 'usage'))).toBe(expected);
  });
});
