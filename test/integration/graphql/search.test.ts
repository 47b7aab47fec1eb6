// The words in a search, the runs that a caller may find, and searches without the index.

import type { Role } from '../../../src/database/entities/access-grant.entity.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import { arrangePermissionWorld, direct, idOf, levels, visibilities, world } from '../../support/permission-world.js';
import type { ChangeNode, RestPage } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway, useOwnGateway } from '../../support/start-gateway.js';

const { org: orgId, project: projectId, executor } = world;
const taskId = world.taskOf.owner_only;
const owner = direct('owner', 'task');
/** The task of a run with long values, which searches in other tasks do not cover. */
const longTask = idOf(300);
const pathOf = (project: string, id: string) => `orgId: "${orgId}", projectId: "${project}", taskId: "${id}"`;
const task = pathOf(projectId, taskId);

const insertRun = `INSERT INTO task_run
    (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens, user_id)
  VALUES ($1, $2, $2, $3, $4, '2024-01-17', 1, 2, 3, $5)`;

describe('a search', () => {
  const values: readonly [response: unknown, runData: unknown][] = [
    [{ note: 'ORD-4711/b, Größe ÄÖÜ', nested: [[{ deep: 'naïve_word' }], 12.5] }, { submitted: { n: 1e3 } }],
    [null, { submitted: ['Заказ', true], files: ['outside'] }],
    ['line\none\ttwo "quoted" \\ 注文４７', {}],
  ];
  const long = [{ long: `${'x '.repeat(131_071)}last beyond` }, { submitted: `${'y '.repeat(131_072)}beyond` }];
  const gateway = useGateway({
    async arrange(database) {
      await arrangePermissionWorld(database);
      for (const [index, [response, runData]] of values.entries()) {
        const json = [response, runData].map((value) => (value === null ? null : JSON.stringify(value)));
        await database.query(insertRun, [idOf(100 + index), taskId, ...json, executor]);
      }
      await database.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Long')", [
        longTask,
        world.siblingProject,
      ]);
      await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'owner')", [longTask, owner]);
      const json = long.map((value) => JSON.stringify(value));
      await database.query(insertRun, [idOf(103), longTask, ...json, idOf(61)]);
      // One run by another user in each task.
      for (const [index, visibility] of visibilities.entries()) {
        await database.query(insertRun, [...[idOf(200 + index), world.taskOf[visibility], '"secret"', '{}', idOf(60)]]);
      }
    },
  });

  const find = async (search: string, path = task) => {
    const { taskRuns } = await gateway.dataOf(
      `query ($search: String) { taskRuns(${path}, filter: { search: $search }) { totalCount nodes { id } } }`,
      { as: owner, variables: { search } },
    );
    expect(taskRuns.nodes).toHaveLength(taskRuns.totalCount);
    return taskRuns.nodes.map(({ id }: { id: string }) => [0, 1, 2, 3].find((index) => idOf(100 + index) === id));
  };

  it.each<[string, number[]]>([
    ['ord 4711', [0]],
    ['4711-B', [0]],
    ['größe äöü', [0]],
    ['GRÖSSE', []],
    ['ord4711', []],
    ['471', []],
    ['naïve', [0]],
    ['word 12 5', [0]],
    ['12.5', [0]],
    ['1000', [0]],
    ['deep', []],
    ['ЗАКАЗ', [1]],
    ['true', []],
    ['outside', []],
    ['submitted', []],
    ['one two QUOTED', [2]],
    ['none', []],
    ['注文４７', [2]],
    ['注文', []],
    ["'; DROP TABLE task_run; --", []],
  ])('finds runs with all words of %j', async (search, expected) => {
    expect(await find(search)).toEqual(expected);
  });

  it('finds a run by the words of its first 262,144 characters', async () => {
    const path = pathOf(world.siblingProject, longTask);
    expect(await find('x y', path)).toEqual([3]);
    expect(await find('la', path)).toEqual([3]);
    expect(await find('last', path)).toEqual([]);
    expect(await find('beyond', path)).toEqual([]);
  });

  const ids = [...Object.values(world.taskOf), world.siblingTask];
  const scopes = [
    `orgId: "${orgId}", projectId: "${projectId}"`,
    ...ids.map((id) => `orgId: "${orgId}", projectId: "${projectId}", taskId: "${id}"`),
    `orgId: "${world.otherOrg}", projectId: "${world.otherProject}"`,
  ];
  const document = (filter: string) =>
    `{ ${scopes
      .map(
        (scope, index) => `
    list${index}: taskRuns(${scope}, first: 100, filter: ${filter}) { totalCount nodes { id submitted response } stats { runs } }
    changes${index}: taskRunChanges(${scope}, first: 100, filter: ${filter}) { changes { run { id submitted response } } }`,
      )
      .join('')} }`;
  const hasWord = (run: { submitted: unknown; response: unknown }) => [run.submitted, run.response].includes('secret');
  const codesOf = ({ errors = [] }: GraphqlResponse) =>
    errors.map(({ path, extensions }) => [path, extensions.reason]).sort();

  it.each([
    ...['owner', 'viewer'].flatMap((role) => levels.map((level) => direct(role as Role, level))),
    ...[executor, idOf(60), 'stranger'],
  ])('finds and counts what %s may read, and rejects alike', async (subject) => {
    for (const confinement of [{}, { taskId: world.taskOf.all_viewers }, { projectId: world.siblingProject }]) {
      const token = await gateway.tokenFor(subject, confinement);
      const all = await gateway.ask(document('{}'), { token });
      const found = await gateway.ask(document('{ search: "secret" }'), { token });
      expect(codesOf(found)).toEqual(codesOf(all));
      for (const index of scopes.keys()) {
        const [list, changes] = [found.data[`list${index}`], found.data[`changes${index}`]];
        const withWord = all.data[`list${index}`]?.nodes.filter(hasWord);
        expect(list?.nodes).toEqual(withWord);
        expect([list?.totalCount, list?.stats.runs]).toEqual([withWord?.length, withWord?.length]);
        expect(changes?.changes).toEqual(
          all.data[`changes${index}`]?.changes.filter(({ run }: ChangeNode) => hasWord(run)),
        );
      }
    }
  });
});

describe('a gateway whose index of words is dropped', () => {
  const gateway = useOwnGateway({ arrange: arrangePermissionWorld });
  const url = () => `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run?search=secret`;
  const document = `{
    viewer { canSearch }
    list: taskRuns(${task}, filter: { search: "secret" }) { nodes { id } }
    count: taskRuns(${task}, filter: { search: "secret" }) { totalCount }
    stats: taskRunStats(${task}, filter: { search: "secret" }) { runs }
    changes: taskRunChanges(${task}, filter: { search: "secret" }) { changes { run { id } } }
  }`;

  it('rejects searches of lists, counts and statistics, and accepts them once the index is there, without a restart', async () => {
    const [{ indexdef }] = await gateway.query("SELECT indexdef FROM pg_indexes WHERE indexname = 'task_run_term_idx'");
    const run = { id: world.runOf.owner_only };
    const changesPage = { changes: [{ run }] };
    const all = {
      viewer: { canSearch: true },
      list: { nodes: [run] },
      count: { totalCount: 1 },
      stats: { runs: 1 },
      changes: changesPage,
    };
    expect(await gateway.dataOf(document, { as: owner })).toEqual(all);

    await gateway.query('DROP INDEX task_run_term_idx');
    const { data, errors } = await gateway.ask(document, { as: owner });
    expect(data).toEqual({ viewer: { canSearch: false }, list: null, count: null, stats: null, changes: changesPage });
    const msg = 'must be omitted, because search is off until an operator runs task-run-gateway migrate --search on';
    for (const { extensions } of errors!) {
      expect(extensions).toMatchObject({
        ...{ code: 'UNPROCESSABLE_ENTITY', reason: 'VALIDATION_FAILED' },
        detail: [{ loc: ['filter', 'search'], msg }],
      });
    }
    expect(errors).toHaveLength(3);
    const rejected = await requestRest(gateway, url(), { as: owner });
    expect([rejected.status, await rejected.json()]).toMatchObject([
      422,
      { detail: [{ loc: ['query', 'search'], msg }] },
    ]);

    await gateway.query(indexdef);
    expect(await gateway.dataOf(document, { as: owner })).toEqual(all);
    const accepted = (await (await requestRest(gateway, url(), { as: owner })).json()) as RestPage;
    expect(accepted.results).toHaveLength(1);
  });
});
