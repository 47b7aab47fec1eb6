// A 403 names the required role to callers with a role on the run's task. All other callers get the same bytes whether
// or not the run exists, whichever way they request it.

import { minRoleByVisibility } from '../../../src/access/policy.js';
import { subscription } from '../../support/live-world.js';
import {
  arrangePermissionWorld,
  direct,
  levels,
  roles,
  throughSet,
  visibilities,
  world,
} from '../../support/permission-world.js';
import { requestRest } from '../../support/rest-client.js';
import { type Gateway, useGateway } from '../../support/start-gateway.js';

interface Path {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly id: string;
}

type Way = (gateway: Gateway, path: Path, token: string) => Promise<string>;

const pathOf = (visibility: (typeof visibilities)[number], change: Partial<Path> = {}): Path => ({
  orgId: world.org,
  projectId: world.project,
  taskId: world.taskOf[visibility],
  id: world.runOf[visibility],
  ...change,
});

const graphql =
  (write: (task: string, path: Path) => string): Way =>
  async (gateway, path, token) => {
    const task = `orgId: "${path.orgId}", projectId: "${path.projectId}", taskId: "${path.taskId}"`;
    return (await gateway.ask(`{ ${write(task, path)} }`, { token })).text;
  };
const rest =
  (suffixOf: (path: Path) => string, accept = 'application/json'): Way =>
  async (gateway, path, token) => {
    const { orgId, projectId } = path;
    const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/${suffixOf(path)}`;
    const response = await requestRest(gateway, url, { token, headers: { accept } });
    return `${response.status} ${await response.text()}`;
  };

const explained: Record<string, Way> = {
  taskRun: graphql((task, { id }) => `taskRun(${task}, id: "${id}") { id response }`),
  taskRunsByIds: graphql((task, { id }) => `taskRunsByIds(${task}, ids: ["${id}"]) { id }`),
  'an entity by its path': graphql(
    (task, { id }) =>
      `_entities(representations: [{ __typename: "TaskRun", ${task}, id: "${id}" }]) { ... on TaskRun { response } }`,
  ),
  'a run over REST': rest(({ taskId, id }) => `task/${taskId}/run/${id}`),
  'a file over REST': rest(({ taskId, id }) => `task/${taskId}/run/${id}/file/report.pdf`),
};
const entityById = graphql(
  (_task, { id }) => `_entities(representations: [{ __typename: "TaskRun", id: "${id}" }]) { ... on TaskRun { id } }`,
);
const taskWays: Record<string, Way> = {
  'a list': graphql((task) => `taskRuns(${task}) { runAccess nodes { id } }`),
  statistics: graphql((task) => `taskRunStats(${task}) { runs }`),
  changes: graphql((task) => `taskRunChanges(${task}) { endCursor }`),
  async 'a subscription'(gateway, { id: _id, ...variables }, token) {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query: subscription, variables }),
    });
    return response.text();
  },
  'a list over REST': rest(({ taskId }) => `task/${taskId}/run`),
  'an export': rest(({ taskId }) => `task/${taskId}/run/export`, 'application/jsonl'),
  'changes over REST': rest(({ taskId }) => `task/${taskId}/run/changes`),
  'events over REST': rest(({ taskId }) => `task/${taskId}/run/changes`, 'text/event-stream'),
};

const projectWays: Record<string, Way> = {
  'a list of a project': graphql(
    (_task, { orgId, projectId }) => `taskRuns(${projectOf(orgId, projectId)}) { runAccess }`,
  ),
  'changes of a project': graphql(
    (_task, { orgId, projectId }) => `taskRunChanges(${projectOf(orgId, projectId)}) { endCursor }`,
  ),
  'a list of a project over REST': rest(() => 'task_run'),
  'an export of a project': rest(() => 'task_run/export', 'text/csv'),
  'events of a project over REST': rest(() => 'task_run/changes', 'text/event-stream'),
};
const projectOf = (orgId: string, projectId: string) => `orgId: "${orgId}", projectId: "${projectId}"`;

const cases = roles.flatMap((role) =>
  visibilities
    .filter((visibility) => roles.indexOf(role) < roles.indexOf(minRoleByVisibility[visibility]))
    .map((visibility) => ({ role, visibility, required: minRoleByVisibility[visibility] })),
);

describe('a 403', () => {
  const gateway = useGateway({ arrange: arrangePermissionWorld });
  const bare = { permission: 'read', resource: 'task_run' };

  /** Returns an error's details except code, status, reason and message. */
  const detailsIn = (text: string): Record<string, unknown> => {
    const body = JSON.parse(text.replace(/^\d+ /, ''));
    if (body.errors === undefined) {
      const { message: _message, reason, ...details } = body.detail;
      expect(reason).toBe('PERMISSION_CHECK_FAILED');
      return details;
    }
    const { code, status: _status, reason: _reason, docUrl, ...details } = body.errors[0].extensions;
    expect([code, docUrl]).toEqual(['FORBIDDEN', `${gateway.url}/errors#FORBIDDEN`]);
    return details;
  };

  describe.each(Object.entries(explained))('for %s', (_way, ask) => {
    it.each(cases)('names the required role $required for $role of a task for $visibility', async (row) => {
      const { role, required, visibility } = row;
      const taskId = world.taskOf[visibility];
      for (const level of levels) {
        const token = await gateway.tokenFor(direct(role, level));
        const text = await ask(gateway, pathOf(visibility), token);
        const isRest = !text.startsWith('{');
        const nameOf = (name: string) => (isRest ? name : name.toUpperCase());
        expect(detailsIn(text)).toEqual({
          ...bare,
          [isRest ? 'resource_id' : 'resourceId']: taskId,
          requires: { role: nameOf(required), visibility: nameOf(visibility) },
          holds: nameOf(role),
        });
        expect(await ask(gateway, pathOf(visibility, { id: world.absent }), token)).toBe(text);
      }
    });
  });

  it('names the role that a set grants', async () => {
    const token = await gateway.tokenFor(throughSet('editor', 'project'));
    expect(detailsIn(await explained.taskRun!(gateway, pathOf('owner_only'), token))).toMatchObject({
      requires: { role: 'OWNER' },
      holds: 'EDITOR',
    });
  });

  it('explains nothing about a run without its task, as that would reveal its existence', async () => {
    for (const { role, visibility } of cases) {
      const token = await gateway.tokenFor(direct(role, 'organization'));
      const text = await entityById(gateway, pathOf(visibility), token);
      expect(detailsIn(text)).toEqual(bare);
      expect(await entityById(gateway, pathOf(visibility, { id: world.absent }), token)).toBe(text);
    }
  });

  describe.each(Object.entries({ ...explained, ...taskWays, ...projectWays, 'an entity by its id': entityById }))(
    'for %s',
    (entryPoint, ask) => {
      it('stays the same, byte by byte, for a caller who may not know what exists', async () => {
        const forbiddenTo = async (who: string, token: string, paths: readonly Path[]) => {
          const text = await ask(gateway, paths[0]!, token);
          expect(text).toContain('PERMISSION_CHECK_FAILED');
          expect(text).not.toMatch(/requires|holds|resource_?id/i);
          for (const path of paths) expect([who, path, await ask(gateway, path, token)]).toEqual([who, path, text]);
        };
        const nowhere = ['orgId', 'projectId', 'taskId', 'id'].map((name) =>
          pathOf('owner_only', { [name]: world.absent }),
        );
        const everywhere = [...visibilities.map((visibility) => pathOf(visibility)), ...nowhere];
        const owner = direct('owner', 'organization');
        await forbiddenTo('a stranger', await gateway.tokenFor('stranger'), everywhere);
        await forbiddenTo(
          'a token for elsewhere',
          await gateway.tokenFor(owner, { orgId: world.otherOrg }),
          everywhere,
        );
        if (entryPoint === 'an entity by its id') return;
        const forTask = await gateway.tokenFor(owner, { taskId: world.siblingTask });
        await forbiddenTo('a token for another task', forTask, everywhere);
        if (entryPoint in projectWays) return;
        const taskViewer = await gateway.tokenFor(direct('viewer', 'task'));
        const siblingPaths = [pathOf('owner_only', { taskId: world.siblingTask }), ...nowhere.slice(0, 3)];
        await forbiddenTo('a viewer of other tasks', taskViewer, siblingPaths);
      });
    },
  );
});
