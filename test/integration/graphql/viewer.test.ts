// Compares `viewer` with the decisions for single runs and lists, which must agree exactly.

import type { GraphqlResponse } from '../../support/graphql-client.js';
import {
  analystOfSet,
  analysts,
  arrangePermissionWorld,
  direct,
  subjects,
  throughSet,
  visibilities,
  world,
} from '../../support/permission-world.js';
import type { ViewerOrganization, ViewerProject, ViewerTask } from '../../support/responses.js';
import { type Gateway, useOwnGateway } from '../../support/start-gateway.js';

interface VisibleTask {
  task: { id: string; name: string };
  role: string | null;
  runVisibility: string;
  runAccess: 'ALL' | 'USAGE' | 'OWN' | 'NONE';
}
interface VisibleProject {
  orgId: string;
  projectId: string;
  tasks: VisibleTask[];
}

const query = `{ viewer { organizations { organization { id name } role isAnalyst projects { project { id name } role isAnalyst
  tasks(first: 100) { totalCount nodes { ...visible } } } }
  tasks(name: "TRI age", first: 100) { ...visible } } }
  fragment visible on ViewerTask { task { id name } role isAnalyst runVisibility runAccess }`;

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
  // Other test files give the same subjects roles elsewhere, which `viewer` shows too.
  const gateway = useOwnGateway({ arrange: arrangePermissionWorld });

  const visibleTo = async (token: string): Promise<VisibleProject[]> => {
    const { viewer } = await gateway.dataOf(query, { token });
    const visible: VisibleProject[] = viewer.organizations.flatMap(({ organization, projects }: ViewerOrganization) =>
      projects.map(({ project, tasks }: ViewerProject) => {
        expect(tasks.totalCount).toBe(tasks.nodes.length);
        return { orgId: organization.id, projectId: project.id, tasks: tasks.nodes };
      }),
    );
    const byId = (tasks: VisibleTask[]) => tasks.toSorted((a, b) => a.task.id.localeCompare(b.task.id));
    expect(viewer.tasks).toEqual(byId(visible.flatMap(({ tasks }) => tasks)));
    return visible;
  };

  describe.each(subjects)('of %s', (subject) => {
    it.each(confinements)('lists, with a token for %p, what its runs show', async (confinement) => {
      const token = await gateway.tokenFor(subject, confinement);
      const visible = await visibleTo(token);
      const decided = await decisionsOf(gateway, token);
      const shown = places.map(({ orgId, projectId, taskId }) => {
        const project = visible.find((item) => item.projectId === projectId);
        const found = project?.tasks.find(({ task }) => task.id === taskId);
        if (found === undefined) return 'nothing';
        expect(project!.orgId).toBe(orgId);
        return found.runAccess;
      });
      expect(shown).toEqual(decided);
      expect(visible.flatMap(({ tasks }) => tasks)).toHaveLength(decided.filter((item) => item !== 'nothing').length);
    });
  });

  it.each([
    [direct('owner', 'organization'), ['OWNER', [world.project, 'OWNER'], [world.siblingProject, 'OWNER']]],
    [direct('editor', 'project'), [null, [world.project, 'EDITOR']]],
    [direct('viewer', 'task'), [null, [world.project, null]]],
    [throughSet('editor', 'project'), [null, [world.project, null]]],
  ] as const)('shows the roles of %s, and null for a role on lower levels only', async (subject, expected) => {
    const { viewer } = await gateway.dataOf(query, { as: subject });
    const org = viewer.organizations.find(({ organization }: ViewerOrganization) => organization.id === world.org);
    expect([org.role, ...org.projects.map(({ project, role }: ViewerProject) => [project.id, role])]).toEqual(expected);
    expect(org.organization.name).toBe('Acme');
    expect(org.projects[0].project.name).toBe('Apollo');
  });

  it.each([
    [analysts.ofOrganization, [null, true], [null, true], [null, true]],
    [analysts.ofProject, [null, false], [null, true], [null, true]],
    [analysts.ofTasks, [null, false], [null, false], [null, true]],
    [analysts.viewerToo, [null, false], ['VIEWER', true], ['VIEWER', true]],
    [analysts.editorToo, ['EDITOR', false], ['EDITOR', true], ['EDITOR', true]],
    [analysts.ownerToo, [null, false], [null, true], ['OWNER', true]],
    [analysts.throughSet, [null, false], [null, true], [null, true]],
  ] as const)('shows to %s where it is an analyst, beside its role', async (as, ...expected) => {
    const token = await gateway.tokenFor(as, { projectId: world.project });
    const { viewer } = await gateway.dataOf(query, { token });
    const [organization] = viewer.organizations;
    const [project] = organization.projects;
    const task = project.tasks.nodes.find(({ task }: ViewerTask) => task.id === world.taskOf.owner_only);
    const shown = [organization, project, task].map(({ role, isAnalyst }) => [role, isAnalyst]);
    expect(shown).toEqual(expected);
  });

  it('shows the days that runs stay by the nearest policy, with one statement for all tasks', async () => {
    const [task] = Object.values(world.taskOf);
    const policies: [string, string, number][] = [
      ['organization', world.org, 90],
      ['project', world.siblingProject, 30],
      ['task', task!, 7],
    ];
    for (const policy of policies)
      await gateway.query('INSERT INTO retention (resource_type, resource_id, days) VALUES ($1, $2, $3)', policy);
    const as = direct('owner', 'organization');
    const { viewer } = await gateway.dataOf(
      '{ viewer { organizations { projects { tasks { nodes { task { id } retentionDays } } } } tasks(name: "triage") { task { id } retentionDays } } }',
      { as },
    );
    const days = new Map(
      viewer.organizations.flatMap(({ projects }: ViewerOrganization) =>
        projects.flatMap(({ tasks }: ViewerProject) =>
          tasks.nodes.map((node: ViewerTask) => [node.task.id, node.retentionDays]),
        ),
      ),
    );
    expect([days.get(task), days.get(world.siblingTask)]).toEqual([7, 30]);
    expect(new Set(Object.values(world.taskOf).map((id) => days.get(id)))).toEqual(new Set([7, 90]));
    for (const node of viewer.tasks) expect(node.retentionDays).toBe(days.get(node.task.id));
    await gateway.query('DELETE FROM retention');
    const { viewer: after } = await gateway.dataOf('{ viewer { tasks(name: "triage") { retentionDays } } }', { as });
    expect(new Set(after.tasks.map(({ retentionDays }: ViewerTask) => retentionDays))).toEqual(new Set([null]));
  });

  it('shows nothing to an analyst of an organization whose members were granted a role', async () => {
    expect((await visibleTo(await gateway.tokenFor(analystOfSet))).map(({ projectId }) => projectId)).toEqual(
      [world.otherProject, world.analystSet].toSorted(),
    );
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
    const [{ tasks }] = (await visibleTo(token)) as [VisibleProject];
    expect(tasks.map(({ role }) => role)).toEqual(['EDITOR', 'VIEWER', 'VIEWER']);
  });

  it('finds tasks by words of their names, by one statement', async () => {
    const names = async (name: string) => {
      const { viewer } = await gateway.dataOf(
        'query ($name: String!) { viewer { tasks(name: $name) { task { name } } } }',
        {
          as: direct('owner', 'project'),
          variables: { name },
        },
      );
      return viewer.tasks.map(({ task }: ViewerTask) => task.name);
    };
    let found: string[] = [];
    const statements = await gateway.statementsOf(async () => {
      found = await names('  age  TRI ');
    });
    expect([found, statements]).toEqual([['Triage', 'Triage', 'Triage'], { found_tasks: 1 }]);
    expect(await names('triage x')).toEqual([]);
    expect(await names('%')).toEqual([]);
  });

  it.each([
    ['name: " "', '`name` must have at least one word.'],
    [`name: "${'x'.repeat(1001)}"`, '`name` must have at most 1,000 characters.'],
    ['name: "a", first: 101', '`first` must be between 1 and 100, not 101.'],
  ])('finds no tasks with %.30s', async (args, message) => {
    const { data, errors } = await gateway.ask(`{ viewer { tasks(${args}) { role } } }`, {
      as: direct('owner', 'project'),
    });
    expect([data, errors![0]!.message]).toEqual([{ viewer: null }, message]);
  });

  it('shows no runs to a caller who executes none and may not read all', async () => {
    const [{ tasks }] = (await visibleTo(await gateway.tokenFor(direct('viewer', 'project')))) as [VisibleProject];
    expect(tasks.map(({ runVisibility, runAccess }) => [runVisibility, runAccess])).toEqual([
      ['OWNER_ONLY', 'NONE'],
      ['EDITORS_AND_OWNERS', 'NONE'],
      ['ALL_VIEWERS', 'ALL'],
    ]);
  });

  it('returns the edges of a page of tasks, whose cursors lead to the next page', async () => {
    const token = await gateway.tokenFor(direct('owner', 'project'));
    const page = async (args: string) => {
      const { viewer } = await gateway.dataOf(
        `{ viewer { organizations { projects { tasks(${args}) {
          edges { cursor node { task { id } runAccess } } nodes { task { id } runAccess } pageInfo { startCursor endCursor } } } } } }`,
        { token },
      );
      return viewer.organizations[0].projects[0].tasks;
    };
    const { edges, nodes, pageInfo } = await page('first: 2');
    expect(edges.map(({ node }: { node: ViewerTask }) => node)).toEqual(nodes);
    expect(nodes).toHaveLength(2);
    expect(pageInfo).toEqual({ startCursor: edges[0].cursor, endCursor: edges[1].cursor });
    const all = (await page('first: 100')).nodes;
    expect((await page(`first: 100, after: "${edges[0].cursor}"`)).nodes).toEqual(all.slice(1));
  });

  it("identifies the token's subject, without a statement", async () => {
    let answer: GraphqlResponse['data'];
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

/** Returns the run access for each place, as shown by its runs. */
async function decisionsOf(gateway: Gateway, token: string): Promise<string[]> {
  const operation = places.map(({ orgId, projectId, taskId, id }, index) => {
    const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
    return `there${index}: taskRun(${task}, id: "${id}") { id responseBytes } absent${index}: taskRun(${task}, id: "${world.absent}") { id }
      list${index}: taskRunStats(${task}) { runs }`;
  });
  const { data, errors = [] } = await gateway.ask(`{ ${operation.join('\n')} }`, { token });
  const codeOf = (name: string) => errors.find(({ path }) => path!.join() === name)?.extensions.code ?? 'found';
  return places.map((_, index) => {
    if (codeOf(`list${index}`) === 'FORBIDDEN') {
      expect(codeOf(`there${index}`)).toBe('FORBIDDEN');
      return 'nothing';
    }
    if (codeOf(`absent${index}`) === 'NOT_FOUND') {
      expect(codeOf(`there${index}`)).toBe('found');
      const isWithheld = errors.some(({ path }) => path!.join() === `there${index},responseBytes`);
      return isWithheld ? 'USAGE' : 'ALL';
    }
    if (codeOf(`there${index}`) === 'found') return 'OWN';
    expect(data[`list${index}`]).toEqual({ runs: 0 });
    return 'NONE';
  });
}
