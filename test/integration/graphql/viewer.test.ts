// What `viewer` shows is what single runs and lists decide: nothing more, and nothing less.

import {
  arrangePermissionWorld,
  direct,
  subjects,
  throughSet,
  visibilities,
  world,
} from '../../support/permission-world.js';
import { type Gateway, useOwnGateway } from '../../support/start-gateway.js';

interface SeenTask {
  id: string;
  role: string | null;
  runVisibility: string;
  sees: 'ALL' | 'OWN' | 'NONE';
}
interface SeenPlace {
  orgId: string;
  projectId: string;
  tasks: SeenTask[];
}

const query = `{ viewer { organizations { id name role projects { id name role
  tasks(first: 100) { totalCount nodes { id name role runVisibility sees } } } } } }`;

const confinements = [
  {},
  { orgId: world.org },
  { orgId: world.otherOrg },
  { projectId: world.project },
  { projectId: world.siblingProject },
  { taskId: world.taskOf.all_viewers },
  { taskId: world.otherTask },
  { orgId: world.org, projectId: world.otherProject },
  { orgId: world.otherOrg, taskId: world.taskOf.owner_only },
];
const places = [
  ...visibilities.map((visibility) => ({
    ...{ orgId: world.org, projectId: world.project },
    ...{ taskId: world.taskOf[visibility], id: world.runOf[visibility] },
  })),
  { orgId: world.org, projectId: world.siblingProject, taskId: world.siblingTask, id: world.siblingRun },
  { orgId: world.otherOrg, projectId: world.otherProject, taskId: world.otherTask, id: world.otherRun },
];

describe('viewer', () => {
  // Other files give the same subjects roles elsewhere, which `viewer` shows as well.
  const gateway = useOwnGateway({ arrange: arrangePermissionWorld });

  const seenBy = async (token: string): Promise<SeenPlace[]> => {
    const { viewer } = await gateway.dataOf(query, { token });
    return viewer.organizations.flatMap(({ id: orgId, projects }: any) =>
      projects.map(({ id: projectId, tasks }: any) => {
        expect(tasks.totalCount).toBe(tasks.nodes.length);
        return { orgId, projectId, tasks: tasks.nodes };
      }),
    );
  };

  describe.each(subjects)('of %s', (subject) => {
    it.each(confinements)('with a token for %p shows what its runs show', async (confinement) => {
      const token = await gateway.tokenFor(subject, confinement);
      const seen = await seenBy(token);
      const decided = await decisionsOf(gateway, token);
      const shown = places.map(({ orgId, projectId, taskId }) => {
        const project = seen.find((each) => each.projectId === projectId);
        const task = project?.tasks.find(({ id }) => id === taskId);
        if (task === undefined) return 'nothing';
        expect(project!.orgId).toBe(orgId);
        return task.sees;
      });
      expect(shown).toEqual(decided);
      expect(seen.flatMap(({ tasks }) => tasks)).toHaveLength(decided.filter((each) => each !== 'nothing').length);
    });
  });

  it.each([
    [direct('owner', 'organization'), ['OWNER', [world.project, 'OWNER'], [world.siblingProject, 'OWNER']]],
    [direct('editor', 'project'), [null, [world.project, 'EDITOR']]],
    [direct('viewer', 'task'), [null, [world.project, null]]],
    [throughSet('editor', 'project'), [null, [world.project, null]]],
  ] as const)('shows the roles of %s, and null where it has one only below', async (subject, expected) => {
    const { viewer } = await gateway.dataOf(query, { as: subject });
    const org = viewer.organizations.find(({ id }: any) => id === world.org);
    expect([org.role, ...org.projects.map((project: any) => [project.id, project.role])]).toEqual(expected);
    expect(org.name).toBe('Acme');
    expect(org.projects[0].name).toBe('Apollo');
  });

  it('shows the highest role on a task, whichever way it comes', async () => {
    const both = 'viewer-of-all-editor-of-one';
    await gateway.query("INSERT INTO access_grant VALUES ('organization', $1, 'user', $2, 'viewer')", [
      world.org,
      both,
    ]);
    await gateway.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'editor')", [
      world.taskOf.owner_only,
      both,
    ]);
    const token = await gateway.tokenFor(both, { projectId: world.project });
    const [{ tasks }] = (await seenBy(token)) as [SeenPlace];
    expect(tasks.map(({ role }) => role)).toEqual(['EDITOR', 'VIEWER', 'VIEWER']);
  });

  it('shows no runs to who executes none and may not see all', async () => {
    const [{ tasks }] = (await seenBy(await gateway.tokenFor(direct('viewer', 'project')))) as [SeenPlace];
    expect(tasks.map(({ runVisibility, sees }) => [runVisibility, sees])).toEqual([
      ['OWNER_ONLY', 'NONE'],
      ['EDITORS_AND_OWNERS', 'NONE'],
      ['ALL_VIEWERS', 'ALL'],
    ]);
  });

  it('says whose token it is, without a statement', async () => {
    let answer: any;
    const now = Math.floor(Date.now() / 1000);
    const statements = await gateway.statementsOf(async () => {
      answer = await gateway.dataOf('{ viewer { subject issuer clientId expires } }', {
        as: world.executor.toUpperCase(),
      });
    });
    const { expires, ...viewer } = answer.viewer;
    expect(viewer).toEqual({
      subject: world.executor,
      issuer: gateway.issuer.config.issuer,
      clientId: 'task-run-gateway-demo',
    });
    expect(expires).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.000000Z$/);
    expect(Date.parse(expires) / 1000 - now).toBeGreaterThan(3590);
    expect(statements).toEqual({});
  });
});

/** For each place what its runs say of which of them are seen. */
async function decisionsOf(gateway: Gateway, token: string): Promise<string[]> {
  const operation = places.map(({ orgId, projectId, taskId, id }, index) => {
    const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
    return `there${index}: taskRun(${task}, id: "${id}") { id } absent${index}: taskRun(${task}, id: "${world.absent}") { id }
      list${index}: taskRunStats(${task}) { runs }`;
  });
  const { data, errors = [] } = await gateway.ask(`{ ${operation.join('\n')} }`, { token });
  const codeOf = (name: string) => errors.find(({ path }) => path![0] === name)?.extensions.code ?? 'found';
  return places.map((_, index) => {
    if (codeOf(`list${index}`) === 'FORBIDDEN') {
      expect(codeOf(`there${index}`)).toBe('FORBIDDEN');
      return 'nothing';
    }
    if (codeOf(`absent${index}`) === 'NOT_FOUND') {
      expect(codeOf(`there${index}`)).toBe('found');
      return 'ALL';
    }
    if (codeOf(`there${index}`) === 'found') return 'OWN';
    expect(data[`list${index}`]).toEqual({ runs: 0 });
    return 'NONE';
  });
}
