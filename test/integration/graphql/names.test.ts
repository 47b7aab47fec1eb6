// The names of tasks, projects and organizations, which are visible with a role and null without one, whether or not
// the resources exist.

import { requestEntities } from '../../support/entities.js';
import { arrangePermissionWorld, direct, subjects, throughSet, world } from '../../support/permission-world.js';
import type { ViewerOrganization, ViewerProject, ViewerTask } from '../../support/responses.js';
import { useGateway } from '../../support/start-gateway.js';

const confinements = [
  {},
  { orgId: world.org },
  { orgId: world.otherOrg },
  { projectId: world.siblingProject },
  { taskId: world.taskOf.all_viewers },
  { orgId: world.org, projectId: world.project, taskId: world.otherTask },
];
const of = (__typename: string, ids: readonly string[]) => ids.map((id) => ({ __typename, id }));
const there = [
  ...of('Organization', [world.org, world.otherOrg]),
  ...of('Project', [world.project, world.siblingProject, world.otherProject]),
  ...of('Task', [...Object.values(world.taskOf), world.siblingTask, world.otherTask]),
];
const named =
  '... on Organization { __typename id name } ... on Project { __typename id name } ... on Task { __typename id name }';

describe('names', () => {
  const gateway = useGateway({
    arrange: arrangePermissionWorld,
  });

  describe.each(subjects)('for %s', (subject) => {
    it.each(confinements)('match, with a token for %p, those of viewer', async (confinement) => {
      const token = await gateway.tokenFor(subject, confinement);
      const { viewer } = await gateway.dataOf(
        '{ viewer { organizations { organization { id name } projects { project { id name } tasks { nodes { task { id name } } } } } } }',
        { token },
      );
      const projects = viewer.organizations.flatMap(({ projects }: ViewerOrganization) => projects);
      const listed = [
        ...viewer.organizations.map(({ organization }: ViewerOrganization) => organization),
        ...projects.map(({ project }: ViewerProject) => project),
        ...projects.flatMap(({ tasks }: ViewerProject) => tasks.nodes.map(({ task }: ViewerTask) => task)),
      ];
      const nameOf = new Map(listed.map(({ id, name }: { id: string; name: string | null }) => [id, name]));
      const { data, errors } = await requestEntities(gateway, there, named, { token });
      expect(errors).toBeUndefined();
      expect(data._entities).toEqual(there.map((item) => ({ ...item, name: nameOf.get(item.id) ?? null })));
    });
  });

  it('become null for absent objects, as for forbidden ones', async () => {
    const bytes = async (id: string) =>
      (await requestEntities(gateway, of('Task', [id]), '... on Task { name }', { as: 'stranger' })).text;
    expect(await bytes(world.absent)).toBe('{"data":{"_entities":[{"name":null}]}}');
    expect(await bytes(world.otherTask)).toBe(await bytes(world.absent));
  });

  it('require the requested type', async () => {
    const { data } = await requestEntities(gateway, of('Task', [world.org, world.project]), named, {
      as: direct('owner', 'organization'),
    });
    expect(data._entities.map(({ name }: { readonly name: string }) => name)).toEqual([null, null]);
  });

  it('accept ids in any case, and reject malformed ones', async () => {
    const representations = of('Task', [world.otherTask.toUpperCase(), 'nonsense']);
    const { data, errors } = await requestEntities(gateway, representations, '... on Task { id name }', {
      as: throughSet('viewer', 'organization'),
    });
    expect(data._entities).toEqual([{ id: world.otherTask, name: 'Triage' }, null]);
    expect(errors).toMatchObject([{ path: ['_entities', 1], extensions: { code: 'BAD_REQUEST', argument: 'id' } }]);
  });

  it('appear wherever a run, a list, a group or a statistic shows an object', async () => {
    const { taskOf, runOf } = world;
    const project = `orgId: "${world.org}", projectId: "${world.project}"`;
    const places = '{ task { name } project { name } organization { name } }';
    const data = await gateway.dataOf(
      `{ taskRun(${project}, taskId: "${taskOf.all_viewers}", id: "${runOf.all_viewers}") ${places}
        taskRuns(${project}) { nodes ${places} }
        taskRunChanges(${project}) { changes { run ${places} } }
        taskRunStats(${project}) { byTask: groupBy(dimension: TASK) { value task { id name } } } }`,
      { as: direct('viewer', 'task') },
    );
    const names = { task: { name: 'Triage' }, project: { name: 'Apollo' }, organization: { name: 'Acme' } };
    expect(data).toEqual({
      taskRun: names,
      taskRuns: { nodes: [names] },
      taskRunChanges: { changes: [{ run: names }] },
      taskRunStats: {
        byTask: [{ value: taskOf.all_viewers, task: { id: taskOf.all_viewers, name: 'Triage' } }],
      },
    });
  });
});
