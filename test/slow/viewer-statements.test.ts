// The statements of `viewer`, permissions and names. Their number does not depend on the number of visible objects.

import type { GraphqlResponse } from '../support/graphql-client.js';
import { arrangeManyTasks, manyTasks } from '../support/many-tasks.js';
import { idPrefix } from '../support/permission-world.js';
import type { RunPageNode, ViewerProject, ViewerTask } from '../support/responses.js';
import { useGateway } from '../support/start-gateway.js';

const { org, project, count, taskAt, organizationViewer, everyTaskViewer, lastTaskViewer } = manyTasks;
/** The maximum number of groups in a statistic, without their total. */
const withRuns = count - 1;
const inProject = `orgId: "${org}", projectId: "${project}"`;
const pageOf = (page: string) =>
  `{ viewer { organizations { projects { tasks(${page}) { totalCount nodes { task { id name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } } }`;

/** A page of tasks. */
type ViewerTasks = ViewerProject['tasks'] & Pick<RunPageNode, 'pageInfo'>;

describe('the statements for a viewer of ten thousand tasks', () => {
  const gateway = useGateway({
    async arrange(database) {
      await arrangeManyTasks(database);
      await database.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
          SELECT ('${idPrefix}' || lpad(to_hex(${0x400000} + n), 12, '0'))::uuid, ('${idPrefix}' || lpad(to_hex(${0x10000} + n), 12, '0'))::uuid, $1,
            '{}', '2024-01-16T13:33:25Z'::timestamptz - n * interval '1 second', 1, 2, 3
          FROM generate_series(0, ${withRuns - 1}) AS n`,
        [project],
      );
    },
  });
  const observe = async (operation: string, as: string) => {
    let data: GraphqlResponse['data'];
    const statements = await gateway.statementsOf(async () => {
      data = await gateway.dataOf(operation, { as });
    });
    return { data, statements };
  };
  const tasksOf = (data: GraphqlResponse['data']): ViewerTasks => data.viewer.organizations[0].projects[0].tasks;

  it.each([organizationViewer, everyTaskViewer])(
    'number two for a page of tasks and their count, for %s',
    async (as) => {
      const { data, statements } = await observe(pageOf('first: 100'), as);
      expect(statements).toEqual({ seen_organizations: 1, seen_tasks: 1 });
      const { totalCount, nodes, pageInfo } = tasksOf(data);
      expect([totalCount, nodes.length]).toEqual([count, 100]);
      expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    },
  );

  it.each([
    [organizationViewer, 100],
    [everyTaskViewer, 3],
  ])('walk tasks of %s in the order of ids, each once: %i pages', async (as, pages) => {
    const ids: string[] = [];
    let after: string | null = null;
    for (let page = 1; page <= pages; page += 1) {
      const { nodes, pageInfo }: ViewerTasks = tasksOf(
        await gateway.dataOf(pageOf(`first: 100${after === null ? '' : `, after: "${after}"`}`), { as }),
      );
      ids.push(...nodes.map(({ task }) => task.id));
      expect([pageInfo.hasPreviousPage, pageInfo.hasNextPage]).toEqual([after !== null, page < 100]);
      after = pageInfo.endCursor;
    }
    expect(ids).toEqual(Array.from({ length: pages * 100 }, (_, index) => taskAt(index)));
  });

  it('number the same for a viewer of only the last task', async () => {
    const { data, statements } = await observe(pageOf('first: 100'), lastTaskViewer);
    expect(statements).toEqual({ seen_organizations: 1, seen_tasks: 1 });
    const { totalCount, nodes, pageInfo } = tasksOf(data);
    expect([totalCount, nodes]).toEqual([1, [{ task: { id: taskAt(count - 1), name: `Task ${count - 1}` } }]]);
    expect(pageInfo).toMatchObject({ hasNextPage: false, startCursor: pageInfo.endCursor });
  });

  it('number two for pages under several names', async () => {
    const page = (name: string, first: number) => `${name}: tasks(first: ${first}) { nodes { task { id } } }`;
    const operation = `{ viewer { organizations { projects { ${page('a', 1)} ${page('b', 2)} ${page('c', 1)} } } } }`;
    const { data, statements } = await observe(operation, organizationViewer);
    expect(statements).toEqual({ seen_organizations: 1, seen_tasks: 1 });
    const { a, b, c } = data.viewer.organizations[0].projects[0];
    expect([a.nodes, b.nodes.length, c.nodes]).toEqual([
      [{ task: { id: taskAt(0) } }],
      2,
      [{ task: { id: taskAt(0) } }],
    ]);
  });

  it.each([1, 10, 100])('number one for %i permissions', async (permissions) => {
    const can = Array.from(
      { length: permissions },
      (_, index) => `c${index}: can(permission: "task_run:read", ${inProject}, taskId: "${taskAt(index)}")`,
    );
    const { data, statements } = await observe(`{ viewer { ${can.join(' ')} } }`, everyTaskViewer);
    expect(statements).toEqual({ held_roles: 1 });
    expect(new Set(Object.values(data.viewer))).toEqual(new Set([true]));
  });

  it.each([1, 10, 100])('number one more for the names of %i runs', async (first) => {
    const names = '{ task { name } project { name } organization { name } }';
    const { data, statements } = await observe(
      `{ taskRuns(${inProject}, first: ${first}) { nodes ${names} } }`,
      organizationViewer,
    );
    expect(statements).toEqual({ task_run_scopes: 1, task_run_page: 1, resource_names: 1 });
    expect(data.taskRuns.nodes).toEqual(
      Array.from({ length: first }, (_, index) => ({
        ...{ task: { name: `Task ${index}` }, project: { name: 'Apollo' }, organization: { name: 'Acme' } },
      })),
    );
  });

  it.each([organizationViewer, everyTaskViewer])(
    'number one more for the names of a thousand tasks in a statistic for %s',
    async (as) => {
      const { data, statements } = await observe(
        `{ taskRunStats(${inProject}) { byTask: groupBy(dimension: TASK, first: 1000) { runs task { name } } } }`,
        as,
      );
      expect(statements).toEqual({ task_run_scopes: 1, task_run_statistics: 1, resource_names: 1 });
      expect(data.taskRunStats.byTask).toHaveLength(1000);
      expect(new Set(data.taskRunStats.byTask.map(({ task }: ViewerTask) => task.name)).size).toBe(1000);
    },
  );

  it('need no look-up of a task whose id alone is selected', async () => {
    const { statements } = await observe(
      `{ taskRuns(${inProject}, first: 1) { nodes { task { id } } } }`,
      organizationViewer,
    );
    expect(statements).not.toHaveProperty('resource_names');
  });

  it.each([
    ['first: 101', ['first'], 'must be between 1 and 100, not 101'],
    ['first: 0', ['first'], 'must be between 1 and 100, not 0'],
    ['after: "nonsense"', ['after'], 'must be a cursor that a list of tasks returned'],
  ])('stop after the organizations for a page of %s', async (page, loc, msg) => {
    let errors: GraphqlResponse['errors'];
    const statements = await gateway.statementsOf(async () => {
      ({ errors } = await gateway.ask(pageOf(page), { as: organizationViewer }));
    });
    expect(statements).toEqual({ seen_organizations: 1 });
    expect(errors).toMatchObject([{ extensions: { reason: 'VALIDATION_FAILED', detail: [{ loc, msg }] } }]);
  });

  it("stop at the limit of an operation's lists", async () => {
    const aliases = Array.from(
      { length: 20 },
      (_, index) =>
        `t${index}: tasks(first: 100) { nodes { ${Array.from({ length: 60 }, (_, field) => `n${field}: role`).join(' ')} } }`,
    );
    const { data, errors } = await gateway.ask(`{ viewer { organizations { projects { ${aliases.join(' ')} } } } }`, {
      as: organizationViewer,
    });
    expect(data).toEqual({ viewer: null });
    expect(errors![0]!.extensions).toMatchObject({
      reason: 'VALIDATION_FAILED',
      detail: [{ msg: expect.stringContaining('100,000') }],
    });
  });
});
