import { requestEntities } from '../../support/entities.js';
import { arrangePermissionWorld, direct, idOf, subjects, world } from '../../support/permission-world.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const group = idOf(300);
const otherGroup = idOf(301);
const objects: readonly { readonly type: string; readonly id: string }[] = [
  ...[...Object.values(world.runOf), world.siblingRun, world.otherRun].map((id) => ({ type: 'TaskRun', id })),
  ...[group, otherGroup].map((id) => ({ type: 'ReportingGroup', id })),
  ...[...Object.values(world.taskOf), world.siblingTask, world.otherTask].map((id) => ({ type: 'Task', id })),
  ...[world.project, world.siblingProject, world.otherProject].map((id) => ({ type: 'Project', id })),
  ...[world.org, world.otherOrg].map((id) => ({ type: 'Organization', id })),
];
/** Selects no payload, for which analysts would get errors. */
const usageFragments = `__typename ... on Node { id } ... on TaskRun { created } ... on ReportingGroup { description }
  ... on Task { name } ... on Project { name } ... on Organization { name }`;
const fragments = `__typename ... on Node { id } ... on TaskRun { runData } ... on ReportingGroup { description }
  ... on Task { name } ... on Project { name } ... on Organization { name }`;

describe('nodes', () => {
  const gateway = useOwnGateway({
    async arrange(database) {
      await arrangePermissionWorld(database);
      for (const values of [
        [group, world.project],
        [otherGroup, world.otherProject],
      ]) {
        await database.query("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Pilot')", values);
      }
    },
  });
  const owner = direct('owner', 'organization');
  const askNode = (id: string, token: string) =>
    gateway.ask(`query ($id: ID!) { node(id: $id) { ${fragments} } }`, { token, variables: { id } });

  /** Every subject in the permission world, and the owner with confined tokens. */
  const tokens = async (of: readonly string[]): Promise<[string, string][]> => {
    const bySubject = of.map(async (subject) => [subject, await gateway.tokenFor(subject)] as [string, string]);
    const confinements = [
      { orgId: world.otherOrg },
      { projectId: world.project },
      { projectId: world.siblingProject },
      { taskId: world.taskOf.all_viewers },
      { taskId: world.absent },
    ];
    const confined = confinements.map(
      async (confinement) =>
        [JSON.stringify(confinement), await gateway.tokenFor(owner, confinement)] as [string, string],
    );
    return Promise.all([...bySubject, ...confined]);
  };

  it('equal the objects of _entities, with names where the caller has a role, for every caller', async () => {
    for (const [caller, token] of await tokens(subjects)) {
      const representations = objects.map(({ type, id }) => ({ __typename: type, id }));
      const { data: expected } = await requestEntities(gateway, representations, usageFragments, { token });
      const visible = expected._entities.map((entity: { name: string | null } | null) =>
        entity === null || entity.name === null ? null : entity,
      );
      const { data, errors = [] } = await gateway.ask(
        `query ($ids: [ID!]!) { nodes(ids: $ids) { ${usageFragments} } }`,
        {
          token,
          variables: { ids: objects.map(({ id }) => id) },
        },
      );
      expect([caller, data.nodes]).toEqual([caller, visible]);
      expect(errors.map(({ path, extensions }) => [path, extensions.code, extensions.resource])).toEqual(
        visible.flatMap((item: unknown, index: number) =>
          item === null ? [[['nodes', index], 'FORBIDDEN', 'node']] : [],
        ),
      );
    }
  });

  it('fail alike, after the same statements, whether they are absent, forbidden or outside a confined token', async () => {
    for (const [caller, token] of await tokens([direct('viewer', 'task'), world.executor, 'nested', 'stranger'])) {
      const rejected: { text: string; statements: Record<string, number> }[] = [];
      for (const id of [...objects.map((object) => object.id), world.absent]) {
        let response: Awaited<ReturnType<typeof askNode>> | undefined;
        const statements = await gateway.statementsOf(async () => {
          response = await askNode(id, token);
        });
        if (response!.data.node === null) rejected.push({ text: JSON.stringify(response!.errors), statements });
      }
      expect([caller, new Set(rejected.map((item) => JSON.stringify(item))).size]).toEqual([caller, 1]);
      expect(JSON.parse(rejected[0]!.text)).toMatchObject([
        { path: ['node'], extensions: { code: 'FORBIDDEN', permission: 'read', resource: 'node' } },
      ]);
    }
  });

  it('report a malformed id, and more than 100 ids', async () => {
    const token = await gateway.tokenFor(owner);
    const malformed = await askNode('nope', token);
    expect(malformed.errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_REQUEST', argument: 'id' } }]);
    const ids = Array.from({ length: 101 }, () => world.absent);
    const { errors } = await gateway.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      token,
      variables: { ids },
    });
    expect(errors).toMatchObject([{ message: '`ids` must contain at most 100 ids, not 101.' }]);
  });

  it('return their parents', async () => {
    const data = await gateway.dataOf(
      `query ($id: ID!) { node(id: $id) { ... on TaskRun { task { project { id name organization { id name } } } } } }`,
      { as: owner, variables: { id: world.siblingRun } },
    );
    const organization = { id: world.org, name: 'Acme' };
    expect(data.node.task).toEqual({ project: { id: world.siblingProject, name: 'Apollo', organization } });
  });

  it('hide parents from a caller without a role there', async () => {
    const [task, project] = [world.otherTask, world.otherProject];
    const representations = [
      { __typename: 'Task', id: task },
      { __typename: 'Project', id: project },
    ];
    const fields = '... on Task { project { id } } ... on Project { organization { id } }';
    const { data, errors } = await requestEntities(gateway, representations, fields, { as: owner });
    expect({ data, errors }).toEqual({
      data: { _entities: [{ project: null }, { organization: null }] },
      errors: undefined,
    });
  });
});
