import { bitOfRole, decideRoleAccess } from '../../../src/access/policy.js';
import { demoOrganizations, demoProjects, demoTasks } from '../../../src/demo/data/demo-catalogue.js';
import { demoGrants } from '../../../src/demo/data/demo-grants.js';
import { demoAccess, demoPlaces, demoSubjects, idOfDemoSubject } from '../../../src/demo/data/demo-places.js';
import { createDemoRuns } from '../../../src/demo/data/fill-demo-data.js';

const demoRuns = createDemoRuns();
const find = ({ id }: { readonly id: string }) => demoRuns.find(({ run }) => run.id === id)!;
const visibilityOf = (taskId: string) => demoTasks.find(({ row }) => row.id === taskId)!.row.runVisibility;

describe('the places of the demo', () => {
  it.each(Object.entries(demoPlaces))('%s is a run of its task and project', (_name, path) => {
    const { run } = find(path);
    expect(run.taskId).toBe(path.taskId);
    expect(demoTasks.find(({ row }) => row.id === path.taskId)!.row.projectId).toBe(path.projectId);
  });

  it('include a run, for all viewers, in which every field has a value', () => {
    const { run, files } = find(demoPlaces.richRun);
    expect(Object.entries(run).filter(([, value]) => value === null)).toEqual([]);
    expect(typeof run.response).toBe('object');
    expect(files).toHaveLength(7);
    expect(run.usedFallbackModel).toBe(true);
    expect(visibilityOf(run.taskId)).toBe('all_viewers');
  });

  it('include a run, for all viewers, that failed', () => {
    const { run } = find(demoPlaces.failedRun);
    expect(run.isError).toBe(true);
    expect(run.response).toEqual({ detail: { message: expect.any(String) } });
    expect(visibilityOf(run.taskId)).toBe('all_viewers');
  });

  it('include a run that only owners and its executor see', () => {
    const { run } = find(demoPlaces.executorRun);
    expect(run.userId).toBe(demoSubjects.executor);
    expect(visibilityOf(run.taskId)).toBe('owner_only');
  });
});

describe('the grants of the demo', () => {
  const grantsOf = (subjectId: string) =>
    demoGrants
      .filter((grant) => grant.subjectId === subjectId)
      .map(({ resourceType, resourceId, role }) => `${role} of ${resourceType} ${resourceId}`);
  const { richRun, executorRun, sharedRun } = demoPlaces;

  it.each([
    ['owner', [`owner of organization ${richRun.orgId}`]],
    ['editor', [`editor of project ${richRun.projectId}`]],
    ['viewer', [`viewer of project ${richRun.projectId}`]],
    ['member', [`viewer of organization ${richRun.orgId}`]],
    ['taskViewer', [`viewer of task ${richRun.taskId}`]],
    ['executor', [`viewer of task ${executorRun.taskId}`]],
    ['stranger', []],
  ] as const)('make the %s what it is', (name, grants) => {
    expect(grantsOf(demoSubjects[name])).toEqual(grants);
  });

  it("let the first organization's members view a project of another organization", () => {
    expect(sharedRun.orgId).not.toBe(richRun.orgId);
    expect(grantsOf(richRun.orgId)).toEqual([`viewer of project ${sharedRun.projectId}`]);
  });
});

describe('the subjects of the demo', () => {
  /**
   * Returns the names of places in which a subject can read all runs of this number of tasks, according to grants and
   * policy.
   */
  const visibleTo = (subjectId: string) => {
    const own = demoGrants.filter((grant) => grant.subjectType === 'user' && grant.subjectId === subjectId);
    const sets = own.map(({ resourceType, resourceId }) => `${resourceType} ${resourceId}`);
    const shared = demoGrants.filter((grant) => sets.includes(`${grant.subjectType} ${grant.subjectId}`));
    return [...own, ...shared].map(({ resourceId, role }) => {
      const tasks = demoTasks.filter(({ row }) => {
        const { id, orgId } = demoProjects.find((project) => project.id === row.projectId)!;
        return [row.id, id, orgId].includes(resourceId);
      });
      const place = [...demoOrganizations, ...demoProjects, ...demoTasks.map(({ row }) => row)].find(
        ({ id }) => id === resourceId,
      );
      const all = tasks.filter(({ row }) => decideRoleAccess(bitOfRole(role), row.runVisibility) === 'all').length;
      return `${all} of ${tasks.length} in ${place!.name}`;
    });
  };

  it.each([
    [
      'owner',
      ['8 of 8 in Harbor Insurance', '2 of 4 in Storefront'],
      /^all runs of Harbor Insurance, and of two tasks in Storefront$/,
    ],
    ['editor', ['3 of 4 in Claims intake'], /^all runs of three tasks in Claims intake$/],
    ['viewer', ['2 of 4 in Claims intake'], /^all runs of two tasks in Claims intake$/],
    [
      'member',
      ['4 of 8 in Harbor Insurance', '2 of 4 in Storefront'],
      /^all runs of four tasks of Harbor Insurance, and of two in Storefront$/,
    ],
    ['taskViewer', ['1 of 1 in Support triage'], /^all runs of one task, Support triage in Claims intake$/],
    ['executor', ['0 of 1 in Translation'], /^its own runs of one task, Translation in Claims intake$/],
    ['stranger', [], /^nothing$/],
  ] as const)('describe in words which runs the %s sees', (name, visible, words) => {
    expect(visibleTo(demoSubjects[name])).toEqual(visible);
    expect(demoAccess[name]).toMatch(words);
  });

  it('match their names, and no other text', () => {
    expect(idOfDemoSubject('taskViewer')).toBe(demoSubjects.taskViewer);
    for (const name of ['', 'alice', 'Viewer', 'constructor', demoSubjects.viewer]) {
      expect(idOfDemoSubject(name)).toBeUndefined();
    }
  });
});
