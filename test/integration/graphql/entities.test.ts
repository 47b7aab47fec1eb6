import { requestEntities } from '../../support/entities.js';
import { arrangePermissionWorld, direct, idOf, visibilities, world } from '../../support/permission-world.js';
import type { GraphqlBody } from '../../support/responses.js';
import { useGateway } from '../../support/start-gateway.js';

const group = idOf(300);
const siblingGroup = idOf(301);
const otherGroup = idOf(302);
const fragments = '__typename ... on TaskRun { id runData response files { name } } ... on ReportingGroup { id name }';

const pathOf = (visibility: keyof typeof world.taskOf, change: object = {}) => ({
  __typename: 'TaskRun',
  orgId: world.org,
  projectId: world.project,
  taskId: world.taskOf[visibility],
  id: world.runOf[visibility],
  ...change,
});
const byId = (id: string) => ({ __typename: 'TaskRun', id });
const groupById = (id: string) => ({ __typename: 'ReportingGroup', id });

describe('_entities', () => {
  const gateway = useGateway({
    async arrange(database) {
      await arrangePermissionWorld(database);
      const groups = [
        [group, world.project],
        [siblingGroup, world.siblingProject],
        [otherGroup, world.otherProject],
      ];
      for (const values of groups) {
        await database.query("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Pilot')", values);
      }
    },
  });

  const ask = (representations: readonly unknown[], as: string, token?: string) =>
    requestEntities(gateway, representations, fragments, token === undefined ? { as } : { token });
  /** Returns the id for each representation, or the code of the error at its path. */
  const outcomes = async (representations: readonly unknown[], as: string, token?: string) => {
    const { status, data, errors = [] } = await ask(representations, as, token);
    expect(status).toBe(200);
    expect(data._entities).toHaveLength(representations.length);
    const codes = new Map(errors.map(({ path, extensions }) => [path![1], extensions.code]));
    return data._entities.map((entity: { id: string } | null, index: number) => entity?.id ?? codes.get(index));
  };
  const owner = direct('owner', 'organization');

  it('returns runs and groups in the requested order, however they are named and however often', async () => {
    const representations = [
      byId(world.runOf.all_viewers),
      groupById(group),
      pathOf('owner_only'),
      byId(world.runOf.owner_only.toUpperCase()),
      groupById(group.toUpperCase()),
      byId(world.runOf.all_viewers),
    ];
    const { data, errors } = await ask(representations, owner);
    expect(errors).toBeUndefined();
    const run = (id: string) => ({
      __typename: 'TaskRun',
      ...{ id, runData: { submitted: 'secret' }, response: null, files: [] },
    });
    const pilot = { __typename: 'ReportingGroup', id: group, name: 'Pilot' };
    const [visible, hidden] = [run(world.runOf.all_viewers), run(world.runOf.owner_only)];
    expect(data._entities).toEqual([visible, pilot, hidden, hidden, pilot, visible]);
  });

  it('decides each run by its path as taskRun does', async () => {
    const absent = { id: world.absent };
    const representations = visibilities.flatMap((visibility) => [pathOf(visibility), pathOf(visibility, absent)]);
    const [visible, gone, no] = ['found', 'NOT_FOUND', 'FORBIDDEN'];
    const expected: [string, string[]][] = [
      [owner, [visible, gone, visible, gone, visible, gone]],
      [direct('editor', 'project'), [no, no, visible, gone, visible, gone]],
      [direct('viewer', 'task'), [no, no, no, no, visible, gone]],
      [world.executor, [visible, no, visible, no, visible, gone]],
      ['stranger', [no, no, no, no, no, no]],
    ];
    for (const [as, answers] of expected) {
      const wanted = answers.map((answer, index) => (answer === 'found' ? representations[index]!.id : answer));
      expect([as, await outcomes(representations, as)]).toEqual([as, wanted]);
    }
  });

  it('decides each run by its id as by its path, and returns the same error for absent and forbidden ones', async () => {
    const representations = [...visibilities.map((visibility) => world.runOf[visibility]), world.absent].map(byId);
    const { owner_only, editors_and_owners, all_viewers } = world.runOf;
    const no = 'FORBIDDEN';
    const expected: [string, string[]][] = [
      [owner, [owner_only, editors_and_owners, all_viewers, no]],
      [direct('editor', 'project'), [no, editors_and_owners, all_viewers, no]],
      [direct('viewer', 'task'), [no, no, all_viewers, no]],
      [world.executor, [owner_only, editors_and_owners, all_viewers, no]],
      ['stranger', [no, no, no, no]],
    ];
    for (const [as, answers] of expected) expect([as, await outcomes(representations, as)]).toEqual([as, answers]);
    const bytes = async (id: string) => (await ask([byId(id)], 'stranger')).text;
    expect(await bytes(world.absent)).toBe(await bytes(world.runOf.all_viewers));
  });

  it('shows a group to callers with a role in its project, and hides its existence from all others', async () => {
    const representations = [group, siblingGroup, otherGroup, world.absent].map(groupById);
    const no = 'FORBIDDEN';
    const expected: [string, string[]][] = [
      [direct('viewer', 'organization'), [group, siblingGroup, no, no]],
      [direct('viewer', 'project'), [group, no, no, no]],
      [direct('viewer', 'task'), [group, no, no, no]],
      // A member of the sibling project, which owns the other organization as a set.
      ['nested', [no, siblingGroup, otherGroup, no]],
      ['stranger', [no, no, no, no]],
    ];
    for (const [as, answers] of expected) expect([as, await outcomes(representations, as)]).toEqual([as, answers]);
    const bytes = async (id: string) => (await ask([groupById(id)], 'stranger')).text;
    expect(await bytes(world.absent)).toBe(await bytes(group));
  });

  it('respects the confinement of the token', async () => {
    const representations = [
      ...[world.runOf.all_viewers, world.runOf.owner_only, world.siblingRun].map(byId),
      ...[group, siblingGroup].map(groupById),
    ];
    const { all_viewers, owner_only } = world.runOf;
    const no = 'FORBIDDEN';
    const expected: [object, string[]][] = [
      [{ orgId: world.org }, [all_viewers, owner_only, world.siblingRun, group, siblingGroup]],
      [{ orgId: world.otherOrg }, [no, no, no, no, no]],
      [{ projectId: world.siblingProject }, [no, no, world.siblingRun, no, siblingGroup]],
      [{ taskId: world.taskOf.all_viewers }, [all_viewers, no, no, group, no]],
      [{ taskId: world.siblingTask }, [no, no, world.siblingRun, no, siblingGroup]],
      [{ taskId: world.absent }, [no, no, no, no, no]],
    ];
    for (const [confinement, answers] of expected) {
      const token = await gateway.tokenFor(owner, confinement);
      expect([confinement, await outcomes(representations, owner, token)]).toEqual([confinement, answers]);
    }
    const token = await gateway.tokenFor(direct('viewer', 'task'), { taskId: world.siblingTask });
    expect(await outcomes([groupById(group)], '', token)).toEqual([no]);
  });

  it('prefers the fuller key, so that no run is found under a wrong path', async () => {
    const wrong = pathOf('all_viewers', { taskId: world.taskOf.owner_only });
    const otherTask = { __typename: 'TaskRun', id: world.runOf.all_viewers, taskId: world.taskOf.owner_only };
    expect(await outcomes([wrong, otherTask], owner)).toEqual(['NOT_FOUND', world.runOf.all_viewers]);
  });

  const good = byId(world.runOf.all_viewers);
  const invalid = [
    ['an unknown type', { __typename: 'Nope', id: group }, '__typename', 'enum'],
    ['a type without a key', { __typename: 'TaskRunFile', name: 'a.png' }, '__typename', 'enum'],
    ['a type whose fields live elsewhere', { __typename: 'User', id: group }, '__typename', 'enum'],
    ['a name every object inherits', { __typename: 'constructor', id: group }, '__typename', 'enum'],
    ['no type', { id: group }, '__typename', 'missing'],
    ['a type that is not a string', { __typename: ['TaskRun'], id: group }, '__typename', 'string_type'],
    ['a run without an id', { __typename: 'TaskRun' }, 'id', 'missing'],
    ['a run whose id is a number', { __typename: 'TaskRun', id: 42 }, 'id', 'string_type'],
    ['a run whose id is null', { __typename: 'TaskRun', id: null }, 'id', 'string_type'],
    ['a run whose path holds a list', pathOf('all_viewers', { projectId: [] }), 'projectId', 'string_type'],
    ['a group without an id', { __typename: 'ReportingGroup', name: 'Pilot' }, 'id', 'missing'],
    ['a group whose id is an object', { __typename: 'ReportingGroup', id: {} }, 'id', 'string_type'],
    ['a string', 'TaskRun', undefined, 'object_type'],
    ['a number', 1, undefined, 'object_type'],
    ['a list', [good], undefined, 'object_type'],
  ] as const;
  it.each(invalid)('rejects %s at its own path and returns the others', async (_title, representation, field, type) => {
    const { status, data, errors } = await ask([good, representation, good], owner);
    expect(status).toBe(200);
    expect(data._entities.map((entity: { id: string } | null) => entity?.id)).toEqual([good.id, undefined, good.id]);
    expect(errors).toHaveLength(1);
    expect(errors![0]).toMatchObject({
      path: ['_entities', 1],
      extensions: { code: 'UNPROCESSABLE_ENTITY', status: 422, reason: 'VALIDATION_FAILED' },
    });
    const loc = ['representations', 1, ...(field === undefined ? [] : [field])];
    expect(errors![0]!.extensions.detail).toEqual([{ loc, type, msg: expect.any(String) }]);
  });

  const malformed = [
    ['id', byId('nonsense')],
    ['id', byId(`${world.runOf.all_viewers}\u0000`)],
    ['id', groupById('')],
    ['taskId', pathOf('all_viewers', { taskId: "'; DROP TABLE task_run; --" })],
  ] as const;
  it.each(malformed)('rejects a malformed %s (%j) as taskRun does', async (argument, representation) => {
    const { data, errors } = await ask([representation, good], owner);
    expect(data._entities).toMatchObject([null, { id: good.id }]);
    expect(errors).toHaveLength(1);
    expect(errors![0]).toMatchObject({
      path: ['_entities', 0],
      extensions: { code: 'BAD_REQUEST', status: 400, reason: 'MALFORMED_RESOURCE_IDENTIFIER', argument },
    });
  });

  it('ignores members that belong to no key', async () => {
    const representation = { ...good, created: 1, nested: { __proto__: null, a: [null] }, reportingGroup: { id: 5 } };
    expect(await outcomes([representation], owner)).toEqual([good.id]);
  });

  it('accepts a literal with variables in it, each time', async () => {
    const query = `query ($id: ID!) { _entities(representations: [{ __typename: "TaskRun", id: $id }]) { ... on TaskRun { id } } }`;
    for (let time = 0; time < 6; time += 1) {
      expect(await gateway.dataOf(query, { as: owner, variables: { id: good.id } })).toEqual({
        _entities: [{ id: good.id }],
      });
    }
  });

  it('rejects lists within lists, each time', async () => {
    const nested = `${'['.repeat(60)}${']'.repeat(60)}`;
    const query =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on TaskRun { id } } }';
    const authorization = `Bearer ${await gateway.tokenFor(owner)}`;
    for (let time = 0; time < 6; time += 1) {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: `{"query":${JSON.stringify(query)},"variables":{"representations":[${JSON.stringify(good)},${nested}]}}`,
      });
      const { data, errors } = (await response.json()) as GraphqlBody;
      expect(data._entities).toEqual([{ id: good.id }, null]);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({
        path: ['_entities', 1],
        extensions: { status: 422, reason: 'VALIDATION_FAILED', detail: [{ type: 'object_type' }] },
      });
    }
  });

  it('returns nothing for no representations', async () => {
    expect(await outcomes([], owner)).toEqual([]);
  });
});
