// The names of users, task revisions and models, as given by the organization of the run or group and read with one
// statement.

import type { Queries } from '../../support/databases.js';
import { requestEntities } from '../../support/entities.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import { arrangePermissionWorld, direct, idOf, idPrefix, subjects, world } from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';

const as = direct('owner', 'organization');
const many = idOf(400);
const paths = {
  run: `orgId: "${world.org}", projectId: "${world.project}", taskId: "${world.taskOf.all_viewers}", id: "${world.runOf.all_viewers}"`,
  many: `orgId: "${world.org}", projectId: "${world.siblingProject}", taskId: "${many}"`,
};
const named = 'user { name } taskRevision { name } fallbackLlmModel { name }';
const ids = 'user { id } taskRevision { id } fallbackLlmModel { id }';
const numbered = (first: number, modulo: number) =>
  `('${idPrefix}' || lpad(to_hex(${first} + n % ${modulo}), 12, '0'))::uuid`;
const [users, revisions, models] = [0x10_0000, 0x20_0000, 0x30_0000];

/** A task with 3,000 runs by 1,000 users, with 50 revisions and 3 models, all of them named. */
async function arrangeMany(database: Queries): Promise<void> {
  const run = (sql: string, values: unknown[]) => database.query(sql, values);
  await run("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Many', 'all_viewers')", [
    many,
    world.siblingProject,
  ]);
  await run(
    `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, user_id, fallback_llm_model_id)
     SELECT ${numbered(0x40_0000, 3000)}, $1, ${numbered(revisions, 50)}, '{}', '2024-01-16T00:00:00Z'::timestamptz + n * interval '1 s',
       1, 2, 3, ${numbered(users, 1000)}, ${numbered(models, 3)}
     FROM generate_series(0, 2999) AS n`,
    [many],
  );
  for (const [kind, first, count] of [
    ['user', users, 1000],
    ['task_revision', revisions, 50],
    ['llm_model', models, 3],
  ] as const) {
    await run(
      `INSERT INTO resource_name SELECT $1, $2::varchar, ${numbered(first, count)}, $2 || ' ' || n FROM generate_series(0, ${count - 1}) AS n`,
      [world.org, kind],
    );
  }
  // The same user in two organizations, and a model with the same id as a user.
  await run(
    "INSERT INTO resource_name VALUES ($1, 'user', $3, 'Ada'), ($2, 'user', $3, 'A. L.'), ($1, 'llm_model', $3, 'x')",
    [world.org, world.otherOrg, world.executor],
  );
  await run("INSERT INTO access_grant VALUES ('organization', $1, 'user', $2, 'owner')", [world.otherOrg, as]);
}

type ExternalNames = Record<'user' | 'taskRevision' | 'fallbackLlmModel', { readonly name: string | null }>;

describe('the names of users, task revisions and models', () => {
  const gateway = useGateway({
    async arrange(database) {
      await arrangePermissionWorld(database);
      await arrangeMany(database);
    },
  });

  /** Returns the data and the statements needed to read it. */
  const read = async (query: string) => {
    let data: GraphqlResponse['data'];
    const statements = await gateway.statementsOf(async () => {
      data = await gateway.dataOf(query, { as });
    });
    return { data, statements };
  };

  it('take one more statement for a page of 100 runs, and none for ids without names', async () => {
    const page = (selection: string) => `{ taskRuns(${paths.many}, first: 100) { nodes { id ${selection} } } }`;
    const { statements } = await read(page(ids));
    const { data, statements: withNames } = await read(page(`${ids} ${named}`));
    expect(withNames).toEqual({ ...statements, external_names: 1 });
    const newest = Array.from({ length: 100 }, (_, index) => 2999 - index);
    expect(
      data.taskRuns.nodes.map(({ user, taskRevision, fallbackLlmModel }: ExternalNames) => [
        user.name,
        taskRevision.name,
        fallbackLlmModel.name,
      ]),
    ).toEqual(newest.map((n) => [`user ${n % 1000}`, `task_revision ${n % 50}`, `llm_model ${n % 3}`]));
  });

  it('take one more statement for groups of 1,000 users, with others', async () => {
    const groups = (selection: string) => `{ taskRunStats(${paths.many}) {
      users: groupBy(dimension: USER, first: 1000) { value user { ${selection} } task { id } }
      revisions: groupBy(dimension: REVISION) { value taskRevision { ${selection} } user { name }
        models: groupBy(dimension: FALLBACK_MODEL) { fallbackLlmModel { ${selection} } } } } }`;
    const { statements } = await read(groups('id'));
    const { data, statements: withNames } = await read(groups('id name'));
    expect(withNames).toEqual({ ...statements, external_names: 1 });
    const { users: groupsOfUsers, revisions: groupsOfRevisions } = data.taskRunStats;
    expect(groupsOfUsers).toHaveLength(1000);
    for (const { value, user, task } of groupsOfUsers)
      expect([user, task]).toEqual([{ id: value, name: `user ${Number.parseInt(value.slice(-6), 16) - users}` }, null]);
    expect(groupsOfRevisions).toHaveLength(50);
    for (const { value, taskRevision, user, models: nested } of groupsOfRevisions) {
      const n = Number.parseInt(value.slice(-6), 16) - revisions;
      expect([taskRevision, user]).toEqual([{ id: value, name: `task_revision ${n}` }, null]);
      expect(nested.map(({ fallbackLlmModel }: ExternalNames) => fallbackLlmModel.name).sort()).toEqual([
        'llm_model 0',
        'llm_model 1',
        'llm_model 2',
      ]);
    }
  });

  it('come from the organization of the run, and null without a row', async () => {
    const other = `orgId: "${world.otherOrg}", projectId: "${world.otherProject}", taskId: "${world.otherTask}"`;
    const query = `{ one: taskRun(${paths.run}) { ${ids} ${named} } other: taskRun(${other}, id: "${world.otherRun}") { ${named} } }`;
    const { data, statements } = await read(query);
    expect(statements).toEqual({ task_runs_by_path: 1, external_names: 1 });
    expect(data).toEqual({
      one: {
        user: { id: world.executor, name: 'Ada' },
        taskRevision: { id: world.taskOf.all_viewers, name: null },
        fallbackLlmModel: null,
      },
      other: { user: { name: 'A. L.' }, taskRevision: { name: null }, fallbackLlmModel: null },
    });
    const groups = 'groupBy(dimension: USER) { user { name } }';
    const { data: stats } = await read(
      `{ one: taskRunStats(orgId: "${world.org.toUpperCase()}", projectId: "${world.project}") { ${groups} }
        other: taskRunStats(${other}) { ${groups} }
        node(id: "${world.otherTask}") { ... on Task { taskRunStats { ${groups} } taskRuns { stats { ${groups} } } } } }`,
    );
    const group = (name: string) => ({ groupBy: [{ user: { name } }] });
    expect(stats).toEqual({
      one: group('Ada'),
      other: group('A. L.'),
      node: { taskRunStats: group('A. L.'), taskRuns: { stats: group('A. L.') } },
    });
  });

  it('appear wherever a run does', async () => {
    const task = paths.run.replace(/, id: .*/, '');
    const data = await gateway.dataOf(
      `{ taskRunsByIds(${task}, ids: ["${world.runOf.all_viewers}"]) { user { name } }
        taskRunChanges(${task}) { changes { run { user { name } } } }
        node(id: "${world.runOf.all_viewers}") { ... on TaskRun { user { name } } }
        taskRuns(${paths.many}, first: 1) { nodes { previous { user { name } } } } }`,
      { as },
    );
    const run = { user: { name: 'Ada' } };
    expect(data).toEqual({
      taskRunsByIds: [run],
      taskRunChanges: { changes: [{ run }] },
      node: run,
      taskRuns: { nodes: [{ previous: { user: { name: 'user 998' } } }] },
    });
    const entities = await requestEntities(
      gateway,
      [{ __typename: 'TaskRun', id: world.runOf.all_viewers }],
      '... on TaskRun { user { name } }',
      { as },
    );
    expect(entities.data._entities).toEqual([run]);
  });

  it.each(subjects)('stay unread for runs that %s may not see', async (subject) => {
    const { taskOf, runOf } = world;
    for (const visibility of ['owner_only', 'editors_and_owners', 'all_viewers'] as const) {
      const query = `{ taskRun(orgId: "${world.org}", projectId: "${world.project}", taskId: "${taskOf[visibility]}", id: "${runOf[visibility]}") { id user { name } } }`;
      let run: GraphqlResponse['data'];
      const statements = await gateway.statementsOf(async () => {
        run = (await gateway.ask(query, { as: subject })).data.taskRun;
      });
      expect(run === null || run.user.name === 'Ada').toBe(true);
      expect(statements.external_names).toBe(run === null ? undefined : 1);
    }
  });

  it('count in the estimated cost', async () => {
    const costOf = async (selection: string) => {
      const query = `{ taskRun(${paths.run}) { ${selection} } }`;
      const { text } = await gateway.ask(query, { as, headers: { 'x-cost': '1' } });
      return JSON.parse(text).extensions.cost.requestedQueryCost;
    };
    expect((await costOf(named)) - (await costOf(ids))).toBe(3);
  });
});
