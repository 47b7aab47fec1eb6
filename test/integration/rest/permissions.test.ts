// `whoami` and `iam/test` agree with `viewer`, and all of them agree with single reads.

import { permissions, requiresTask } from '../../../src/access/permissions.js';
import {
  analystOfSet,
  analysts,
  arrangePermissionWorld,
  direct,
  idOf,
  levels,
  roles,
  throughSet,
  world,
} from '../../support/permission-world.js';
import type { RestRejection, ViewerOrganization, ViewerProject, ViewerTask } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const subjects = [
  ...roles.flatMap((role) => levels.map((level) => direct(role, level))),
  throughSet('viewer', 'organization'),
  throughSet('editor', 'project'),
  ...Object.values(analysts),
  analystOfSet,
  'stranger',
];
const hasRole = (held: { readonly role: string | null; readonly isAnalyst: boolean } | undefined) =>
  held !== undefined && (held.role !== null || held.isAnalyst);
const confinements = [
  {},
  { orgId: world.org },
  { orgId: world.otherOrg },
  { projectId: world.siblingProject },
  { taskId: world.taskOf.all_viewers },
  { orgId: world.org, projectId: world.project, taskId: world.taskOf.owner_only },
];
interface Path {
  orgId: string;
  projectId?: string;
  taskId?: string;
}
const inProject = { orgId: world.org, projectId: world.project };
const paths: Path[] = [
  { orgId: world.org },
  { orgId: world.otherOrg },
  inProject,
  { orgId: world.org, projectId: world.siblingProject },
  ...Object.values(world.taskOf).map((taskId) => ({ ...inProject, taskId })),
];
const wrongPaths: Path[] = [
  { orgId: world.absent },
  { orgId: world.otherOrg, projectId: world.project },
  { ...inProject, taskId: world.siblingTask },
  { ...inProject, projectId: world.siblingProject, taskId: world.taskOf.all_viewers },
];
const restPath = ({ orgId, projectId, taskId }: Path) =>
  `/api/v1/org/${orgId}${projectId ? `/project/${projectId}` : ''}${taskId ? `/task/${taskId}` : ''}/iam/test`;
const argumentsOf = (path: Path) =>
  Object.entries(path)
    .map(([name, id]) => `${name}: "${id}"`)
    .join(', ');

describe('permissions over REST', () => {
  const group = idOf(300);
  const gateway = useGateway({
    async arrange(database) {
      await arrangePermissionWorld(database);
      await database.query("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Pilot')", [
        group,
        world.project,
      ]);
    },
  });

  const post = async (path: Path, body: unknown, options: Parameters<typeof requestRest>[2]) => {
    const response = await requestRest(gateway, gateway.url + restPath(path), {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
      ...options,
    });
    return { status: response.status, body: (await response.json()) as { permissions: string[] } & RestRejection };
  };
  const permissionsOf = async (token: string, path: Path): Promise<string[]> => {
    const { status, body } = await post(path, { permissions }, { token });
    expect(status).toBe(200);
    return body.permissions;
  };

  describe.each(subjects)('of %s', (subject) => {
    it.each(confinements)('match, with a token for %p, what the caller can read', async (confinement) => {
      const token = await gateway.tokenFor(subject, confinement);
      const { viewer } = await gateway.dataOf(
        `{ viewer { organizations { organization { id } role isAnalyst projects { project { id } role isAnalyst tasks { nodes { task { id } role isAnalyst runAccess } } } }
          ${paths.map((path, index) => permissions.map((name) => (requiresTask(name) && !path.taskId ? '' : `p${index}_${name.replace(':', '_')}: can(permission: "${name}", ${argumentsOf(path)})`)).join(' ')).join(' ')} } }`,
        { token },
      );
      const { data } = await gateway.ask(
        `{ _entities(representations: [{ __typename: "ReportingGroup", id: "${group}" }]) { __typename } }`,
        { token },
      );
      for (const [index, path] of paths.entries()) {
        const org = viewer.organizations.find(({ organization }: ViewerOrganization) => organization.id === path.orgId);
        const project = org?.projects.find(({ project }: ViewerProject) => project.id === path.projectId);
        const task = project?.tasks.nodes.find(({ task }: ViewerTask) => task.id === path.taskId);
        const isThere = path.taskId ? task : path.projectId ? project : org;
        const expected = {
          'organization:view': isThere && hasRole(org),
          'project:view': isThere && path.projectId && hasRole(project),
          'task:view': isThere && path.taskId && hasRole(task),
          'task_run:read': isThere && path.taskId && task.runAccess === 'ALL',
          'task_run:read_usage': isThere && path.taskId && ['ALL', 'USAGE'].includes(task.runAccess),
          'task_run:read_payload': isThere && path.taskId && task.runAccess === 'ALL',
          'reporting_group:read': isThere && path.projectId === world.project && data._entities[0] !== null,
        };
        // The sibling project has no group, so the role decides who could read one there.
        if (path.projectId === world.siblingProject) expected['reporting_group:read'] = hasRole(project);
        const held = permissions.filter((name) => expected[name]);
        expect([path, await permissionsOf(token, path)]).toEqual([path, held]);
        const can = permissions.filter((name) => viewer[`p${index}_${name.replace(':', '_')}`]);
        expect([path, can]).toEqual([path, held]);
      }
      for (const path of wrongPaths) expect([path, await permissionsOf(token, path)]).toEqual([path, []]);
    });

    it.each(confinements)('whoami with a token for %p lists what viewer lists', async (confinement) => {
      const token = await gateway.tokenFor(subject, confinement);
      const { viewer } = await gateway.dataOf(
        '{ viewer { subject issuer clientId expires organizations { organization { id name } role } } }',
        { token },
      );
      const response = await requestRest(gateway, `${gateway.url}/api/v1/whoami`, { token });
      const { orgId = null, projectId = null, taskId } = confinement as Partial<Path>;
      const { clientId, organizations, ...known } = viewer;
      expect(await response.json()).toEqual({
        ...known,
        client: { client_id: clientId, org_id: orgId, project_id: projectId, task_ids: taskId ? [taskId] : null },
        organizations: organizations.map(({ role, organization }: ViewerOrganization) => ({
          ...organization,
          role: role?.toLowerCase() ?? null,
        })),
      });
    });
  });

  const owner = direct('owner', 'project');
  const both = ['project:view', 'task_run:read'];

  it('concern another member only for owners of the resource', async () => {
    const task = { ...inProject, taskId: world.taskOf.editors_and_owners };
    const ask = (member: string, as = owner, path: Path = task) => post(path, { permissions: both, member }, { as });
    expect(await ask(direct('editor', 'organization'))).toEqual({
      status: 200,
      body: { permissions: both, member: direct('editor', 'organization') },
    });
    expect((await ask(world.executor.toUpperCase())).body).toEqual({
      permissions: ['project:view'],
      member: world.executor,
    });
    expect((await ask('stranger')).body.permissions).toEqual([]);
    for (const [as, path] of [
      [direct('editor', 'organization'), task],
      [owner, { orgId: world.org }],
      [owner, { orgId: world.otherOrg, projectId: world.otherProject }],
      ['stranger', task],
      ['stranger', { ...task, taskId: world.absent }],
    ] as const) {
      expect(await ask('somebody', as, path)).toMatchObject({
        status: 403,
        body: { detail: { reason: 'PERMISSION_CHECK_FAILED', permission: 'test_iam' } },
      });
    }
  });

  it('concern another member only within the confinement of the token', async () => {
    const token = await gateway.tokenFor(owner, { taskId: world.taskOf.owner_only });
    const ask = (taskId: string) =>
      post({ ...inProject, taskId }, { permissions: both, member: 'stranger' }, { token });
    expect((await ask(world.taskOf.owner_only)).status).toBe(200);
    expect((await ask(world.taskOf.all_viewers)).status).toBe(403);
  });

  it('concern the caller under its own name', async () => {
    expect(await post(inProject, { permissions: both, member: 'stranger' }, { as: 'stranger' })).toEqual({
      status: 200,
      body: { permissions: [], member: 'stranger' },
    });
    expect((await post(inProject, { permissions: both, member: null }, { as: owner })).body).toEqual({
      permissions: ['project:view'],
      member: owner,
    });
  });

  it.each([
    ['an unknown permission', { permissions: ['task:view', 'task:own'] }, ['body', 'permissions', 1], 'enum'],
    ['no permissions', {}, ['body', 'permissions'], 'missing'],
    ['no list of them', { permissions: { a: 1 } }, ['body', 'permissions'], 'type'],
    ['too many', { permissions: Array(101).fill('task:view') }, ['body', 'permissions'], 'maxItems'],
    ['an empty member', { permissions: [], member: '' }, ['body', 'member'], 'value_error'],
    ['a member that no text can hold', { permissions: [], member: 'a\0' }, ['body', 'member'], 'value_error'],
    ['a list', [], ['body'], 'type'],
  ])('fail with 422 for %s', async (_what, sent, loc, type) => {
    const { status, body } = await post(inProject, sent, { as: owner });
    expect(status).toBe(422);
    expect(body.detail).toEqual([{ loc, type, msg: expect.any(String) }]);
    if (type === 'enum') for (const name of permissions) expect(body.detail[0]!.msg).toContain(name);
  });

  it.each([
    ['a malformed id', { orgId: '42' }, '{"permissions":[]}', 400],
    ['what is not JSON', inProject, '{', 400],
    ['no body', inProject, '', 400],
  ])('fail for %s without a statement', async (_what, path, sent, status) => {
    const before = await gateway.statements();
    expect((await post(path, sent, { as: owner })).status).toBe(status);
    expect(await gateway.statements()).toEqual(before);
  });

  it('require a token before a body, JSON, and POST', async () => {
    expect((await post(inProject, '{', {})).status).toBe(401);
    const text = { as: owner, headers: { 'content-type': 'text/plain' } };
    expect((await post(inProject, 'text', text)).status).toBe(415);
    const response = await requestRest(gateway, gateway.url + restPath(inProject), { as: owner });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  it('cost one statement each', async () => {
    const ask = () => post(inProject, { permissions }, { as: owner });
    expect(await gateway.statementsOf(ask)).toEqual({ held_roles: 1 });
    const who = () => requestRest(gateway, `${gateway.url}/api/v1/whoami`, { as: owner });
    expect(await gateway.statementsOf(who)).toEqual({ seen_organizations: 1 });
  });
});
