// Compares lists and statistics on tasks and projects with those that `Query` returns for the full path.

import { requestEntities } from '../../support/entities.js';
import { amount } from '../../support/generated.js';
import type { GraphqlErrorResponse, GraphqlResponse } from '../../support/graphql-client.js';
import { arrangePermissionWorld, direct, idOf, subjects, visibilities, world } from '../../support/permission-world.js';
import type { RunNode, StatsNode, ViewerOrganization, ViewerProject, ViewerTask } from '../../support/responses.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const manyProject = idOf(500);
const manyTasks = Array.from({ length: 101 }, (_, index) => idOf(600 + index));
const absent = { typename: 'Task', id: world.absent, orgId: world.absent, projectId: world.absent };
const tasks = [
  ...Object.values(world.taskOf).map((id) => ({ id, orgId: world.org, projectId: world.project })),
  { id: world.siblingTask, orgId: world.org, projectId: world.siblingProject },
  { id: world.otherTask, orgId: world.otherOrg, projectId: world.otherProject },
].map((task) => ({ typename: 'Task', ...task }));
const projects = [
  { id: world.project, orgId: world.org },
  { id: world.siblingProject, orgId: world.org },
  { id: world.otherProject, orgId: world.otherOrg },
  { id: world.absent, orgId: world.absent },
].map((project) => ({ typename: 'Project', ...project, projectId: project.id }));
const objects = [...tasks, absent, ...projects];

const listFields = 'runAccess totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id runData } }';
const statsFields =
  'runs llmCallTiming { avg p90 } buckets(by: MONTH) { start runs } groupBy(dimension: USER) { value runs llmCallTiming { p50 } }';
const fieldsOf = (path = '') =>
  `
  newest: taskRuns(${path}first: 1) { ${listFields} }
  oldest: taskRuns(${path}last: 2, filter: { status: SUCCESS }, orderBy: CREATED_DESC) { ${listFields} stats { runs } }
  byTokens: taskRuns(${path}orderBy: TOTAL_TOKENS_DESC) { ${listFields} }
  scanned: taskRuns(${path}filter: { minTotalTokens: 2 }) { ${listFields} scan { isComplete } countUpTo { count } }
  counted: taskRuns(${path}filter: { createdAfter: "2024-01-16T13:33:27Z" }) { totalCount countUpTo(max: 1) { count isExact } }
  taskRunStats${path && `(${path})`} { ${statsFields} }
  compared: taskRunStats(${path}filter: { createdAfter: "2024-01-16T13:33:27Z", createdBefore: "2024-01-16T13:33:28Z" }) {
    runs previous { runs totalTokens } change { runs { absolute } } }`;

describe('runs of tasks and projects', () => {
  const gateway = useOwnGateway({
    async arrange(database) {
      await arrangePermissionWorld(database);
      await database.query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Many')", [manyProject, world.org]);
      await database.query(
        "INSERT INTO task (id, project_id, name, run_visibility) SELECT id, $2, 'Task', 'all_viewers' FROM unnest($1::uuid[]) AS id",
        [manyTasks, manyProject],
      );
      await database.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, user_id)
         SELECT (left(task.id::text, 19) || right(task.id::text, 1) || lpad(n::text, 3, '0') || right(task.id::text, 13))::uuid,
           task.id, task.id, jsonb_build_object('n', n), '2024-01-16T13:33:25Z'::timestamptz + n * interval '1 second', 1, 2, n,
           (ARRAY[$1, $2, NULL]::uuid[])[n]
         FROM task, generate_series(1, 3) AS n`,
        [world.executor, world.absent],
      );
    },
  });
  const owner = direct('owner', 'organization');
  const representation = ({ typename, id }: { typename: string; id: string }) => ({ __typename: typename, id });

  const confinements = [
    { orgId: world.otherOrg },
    { projectId: world.project },
    { projectId: world.siblingProject },
    { taskId: world.taskOf.all_viewers },
    { taskId: world.absent },
  ];
  const tokens = async (of: readonly string[]): Promise<[string, string][]> => [
    ...(await Promise.all(of.map(async (item) => [item, await gateway.tokenFor(item)] as [string, string]))),
    ...(await Promise.all(
      confinements.map(
        async (confinement) =>
          [JSON.stringify(confinement), await gateway.tokenFor(owner, confinement)] as [string, string],
      ),
    )),
  ];

  it('equal those of the full path, with its errors, for callers of the permission table', async () => {
    // Uses one caller in three, or every caller with THOROUGH=1.
    const callers = (await tokens(subjects)).filter((_, index) => index % amount(3, 1) === 0);
    for (const [caller, token] of callers) {
      const all = await requestEntities(
        gateway,
        objects.map(representation),
        `... on Task { ${fieldsOf()} } ... on Project { ${fieldsOf()} }`,
        { token },
      );
      for (const [index, object] of objects.entries()) {
        const taskId = object.typename === 'Task' ? `, taskId: "${object.id}"` : '';
        const path = `orgId: "${object.orgId}", projectId: "${object.projectId}"${taskId}, `;
        const expected = await gateway.ask(`{ ${fieldsOf(path)} }`, { token });
        const errors = all.errors?.filter(({ path: at }) => at?.[1] === index);
        const withoutPath = (those: readonly NonNullable<typeof errors>[number][] | undefined) =>
          [...(those ?? [])]
            .map(({ message, extensions, path: at }) => ({ message, extensions, field: String(at?.at(-1)) }))
            .sort((one, other) => one.field.localeCompare(other.field));
        expect([caller, object, all.data._entities[index]]).toEqual([caller, object, expected.data]);
        expect([caller, object, withoutPath(errors)]).toEqual([caller, object, withoutPath(expected.errors)]);
      }
    }
  });

  it('fail with the same bytes, after the same statements, whether they are absent, forbidden or outside a confined token', async () => {
    for (const [caller, token] of await tokens([direct('viewer', 'task'), world.executor, 'nested', 'stranger'])) {
      for (const typename of ['Task', 'Project']) {
        const rejected = new Set<string>();
        for (const object of objects.filter((object) => object.typename === typename)) {
          let response!: GraphqlResponse;
          const statements = await gateway.statementsOf(async () => {
            response = await requestEntities(
              gateway,
              [representation(object)],
              `... on ${typename} { taskRuns { nodes { id } } taskRunStats { runs } }`,
              { token },
            );
          });
          if (response.data._entities[0].taskRuns === null) {
            expect(response.errors!.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
            rejected.add(JSON.stringify([response.data, response.errors, statements]));
          }
        }
        expect([caller, typename, rejected.size]).toEqual([caller, typename, 1]);
      }
    }
  });

  const askTasks = (count: number, fields: string, token: string) =>
    requestEntities(
      gateway,
      manyTasks.slice(0, count).map((id) => ({ __typename: 'Task', id })),
      `... on Task { ${fields} }`,
      { token },
    );

  it.each([
    ['', 'first: 1'],
    [' with a filter', 'first: 1, filter: { status: SUCCESS }'],
    [' from the other end', 'last: 1'],
  ])('come, for 50 tasks, from one statement if each has a small page%s', async (_title, page) => {
    const token = await gateway.tokenFor(owner);
    let response!: GraphqlResponse;
    const statements = await gateway.statementsOf(async () => {
      response = await askTasks(50, `taskRuns(${page}) { nodes { totalTokens runData } }`, token);
    });
    expect(response.errors).toBeUndefined();
    const n = page.startsWith('last') ? 1 : 3;
    expect(response.data._entities).toEqual(
      Array.from({ length: 50 }, () => ({ taskRuns: { nodes: [{ totalTokens: n, runData: { n } }] } })),
    );
    expect(statements).toEqual({ resource_names: 1, task_run_pages_by_task: 1 });
  });

  it('take one statement each for the statistics and counts of 100 tasks', async () => {
    const token = await gateway.tokenFor(owner);
    let response!: GraphqlResponse;
    const statements = await gateway.statementsOf(async () => {
      response = await askTasks(
        100,
        `taskRuns(first: 1) { nodes { totalTokens } totalCount countUpTo(max: 2) { count isExact } stats { totalTokens } }
         taskRunStats { runs groupBy(dimension: STATUS) { value runs } }`,
        token,
      );
    });
    expect(response.errors).toBeUndefined();
    const task = {
      taskRuns: {
        nodes: [{ totalTokens: 3 }],
        ...{ totalCount: 3, countUpTo: { count: 2, isExact: false }, stats: { totalTokens: '6' } },
      },
      taskRunStats: { runs: 3, groupBy: [{ value: 'SUCCESS', runs: 3 }] },
    };
    expect(response.data._entities).toEqual(Array.from({ length: 100 }, () => task));
    expect(statements).toMatchObject({
      ...{ resource_names: 1, task_run_pages_by_task: 2 },
      ...{ task_run_count: 2, task_run_statistics: 2 },
    });
  });

  it('take a statement for each task whose groups and buckets exceed its share of a common one', async () => {
    const token = await gateway.tokenFor(owner);
    const read = async (count: number) => {
      let response!: GraphqlResponse;
      const statements = await gateway.statementsOf(async () => {
        const filter = '{ createdAfter: "2024-01-15T00:00:00Z", createdBefore: "2024-01-19T05:00:00Z" }';
        const buckets = 'buckets(by: HOUR, withEmpty: true) { runs }';
        response = await askTasks(count, `taskRunStats(filter: ${filter}) { ${buckets} }`, token);
      });
      expect(response.errors).toBeUndefined();
      for (const { taskRunStats } of response.data._entities) {
        expect(taskRunStats.buckets).toHaveLength(101);
        expect(taskRunStats.buckets.filter(({ runs }: StatsNode) => runs > 0)).toEqual([{ runs: 3 }]);
      }
      return statements.task_run_statistics;
    };
    expect([await read(99), await read(100)]).toEqual([1, 101]);
  });

  it('come from one list of the operation for the tasks that the caller may read', async () => {
    const data = await gateway.dataOf(
      `{ viewer { organizations { projects { tasks(first: 50) { nodes { task { id
        taskRuns(first: 2) { nodes { taskId } stats { runs } }
        taskRunStats { runs }
      } } } } } } }`,
      { as: direct('viewer', 'project') },
    );
    const visible = data.viewer.organizations.flatMap((organization: ViewerOrganization) =>
      organization.projects.flatMap(({ tasks: { nodes } }: ViewerProject) => nodes.map(({ task }: ViewerTask) => task)),
    );
    expect(visible).toHaveLength(visibilities.length);
    for (const { id, taskRuns, taskRunStats } of visible) {
      expect(taskRuns.nodes.every((run: RunNode) => run.taskId === id)).toBe(true);
      expect(taskRuns.stats).toEqual(taskRunStats);
    }
  });

  it('number at most 1,000 for 100 objects', async () => {
    const token = await gateway.tokenFor(owner);
    const messages = async (count: number, fields: string) =>
      (await askTasks(count, fields, token)).errors?.map(({ path, message, extensions }: GraphqlErrorResponse) => [
        path,
        extensions.reason,
        message,
      ]);
    expect(await messages(100, 'taskRuns(first: 10) { nodes { id } } taskRunStats { runs }')).toBeUndefined();
    const tooMany = 'VALIDATION_FAILED';
    expect(
      await messages(100, 'taskRuns(last: 10) { nodes { id } } more: taskRuns(last: 11) { nodes { id } }'),
    ).toEqual(
      Array.from({ length: 10 }, (_, index) => [
        ['_entities', 90 + index, 'more'],
        tooMany,
        expect.stringContaining('`last` must not request more than 1,000 runs'),
      ]),
    );
    expect(await messages(101, 'taskRuns(first: 1) { nodes { id } } taskRunStats { runs }')).toEqual(
      ['taskRuns', 'taskRunStats'].map((field) => [
        ['_entities', 100, field],
        tooMany,
        expect.stringContaining('must not request more than 100 objects'),
      ]),
    );
  });

  it('count their fields themselves, and not as fields of their parents', async () => {
    const names = Array.from({ length: 150 }, (_, index) => `f${index}: runs`).join(' ');
    const data = await gateway.dataOf(
      `{ viewer { organizations { projects { tasks(first: 3) { nodes { task { a: taskRunStats { ${names} } b: taskRunStats { ${names} } } } } } } } }`,
      { as: direct('viewer', 'project') },
    );
    const [{ task }] = data.viewer.organizations[0].projects[0].tasks.nodes;
    expect(task.a).toEqual(task.b);
  });

  it('fail validation before their object is looked up', async () => {
    const token = await gateway.tokenFor(owner);
    let response!: GraphqlResponse;
    const statements = await gateway.statementsOf(async () => {
      response = await requestEntities(
        gateway,
        [{ __typename: 'Task', id: world.absent }],
        `... on Task { taskRuns(first: 101) { nodes { id } } taskRunStats(filter: { userId: "nobody" }) { runs } }`,
        { token },
      );
    });
    expect(response.errors).toMatchObject([
      { path: ['_entities', 0, 'taskRuns'], extensions: { detail: [{ loc: ['first'] }] } },
      { path: ['_entities', 0, 'taskRunStats'], extensions: { code: 'BAD_REQUEST' } },
    ]);
    expect(statements).toEqual({});
  });
});
