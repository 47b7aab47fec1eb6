// A run's model, at the location in its JSON given by MODEL_POINTER, as a field and in filters, groups, REST and
// exports.

import { parquetReadObjects } from 'hyparquet';
import type { Queries } from '../../support/databases.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import { arrangePermissionWorld, direct, idOf, world } from '../../support/permission-world.js';
import type {
  ChangeNode,
  RestChange,
  RestPage,
  RestRejection,
  RestReport,
  RestRun,
  RunNode,
  RunPageNode,
  StatsNode,
} from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const as = direct('owner', 'organization');
const taskId = idOf(400);
const path = `orgId: "${world.org}", projectId: "${world.siblingProject}", taskId: "${taskId}"`;
const project = `/api/v1/org/${world.org}/project/${world.siblingProject}`;
const longest = '\u{1f600}'.repeat(200);

/** Values at the model's location, undefined for a missing value. */
const values = [
  ...['gpt-4o', 'claude-3', 'a"b\\c', 'null', '', longest, 'модель'],
  ...[undefined, null, 4, true, ['gpt-4o'], { name: 'gpt-4o' }, `${longest}x`],
];
const modelOf = (value: unknown) => (typeof value === 'string' && [...value].length <= 200 ? value : null);
/** Returns the value of the numbered run. Its run data and its response have different values. */
const jsonModelOf = (n: number, source: 'runData' | 'response') =>
  values[(source === 'runData' ? n : n * 3 + 1) % values.length];
const count = values.length * 8;
const numbers = Array.from({ length: count }, (_, n) => n);
const runId = (n: number) => idOf(0x1000 + n);

async function arrange(database: Queries): Promise<void> {
  await arrangePermissionWorld(database);
  await database.query(
    "INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Models', 'owner_only')",
    [taskId, world.siblingProject],
  );
  await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [taskId, world.executor]);
  const jsonAt = (n: number, source: 'runData' | 'response') => {
    const value = jsonModelOf(n, source);
    return JSON.stringify(value === undefined ? { n } : { n, meta: { model: value } });
  };
  await database.query(
    `INSERT INTO task_run (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens, total_tokens, user_id)
     SELECT id, $1, $1, run_data, response, '2024-01-16T00:00:00Z'::timestamptz + n * interval '1 s', n, 0, n,
       CASE WHEN n % 3 = 0 THEN $2::uuid END
     FROM unnest($3::uuid[], $4::jsonb[], $5::jsonb[], $6::integer[]) AS run (id, run_data, response, n)`,
    [
      taskId,
      world.executor,
      numbers.map(runId),
      numbers.map((n) => jsonAt(n, 'runData')),
      numbers.map((n) => jsonAt(n, 'response')),
      numbers,
    ],
  );
}

describe.each([
  ['runData', '/meta/model'],
  ['response', 'response:/meta/model'],
] as const)('the model of a run in %s', (source, pointer) => {
  const gateway = useGateway({ environment: { MODEL_POINTER: pointer }, arrange });
  const model = (n: number) => modelOf(jsonModelOf(n, source));
  const newestFirst = numbers.toReversed();
  const rest = (url: string, subject = as) => requestRest(gateway, `${gateway.url}${url}`, { as: subject });
  const idsOf = (matches: (model: string | null) => boolean) => newestFirst.filter((n) => matches(model(n))).map(runId);
  const listed = async (filter: string, subject = as): Promise<string[]> => {
    const { taskRuns } = await gateway.dataOf(
      `{ taskRuns(${path}, first: 100, filter: ${filter}) { totalCount nodes { id } } }`,
      { as: subject },
    );
    const ids = taskRuns.nodes.map(({ id }: { readonly id: string }) => id);
    expect(taskRuns.totalCount).toBe(ids.length);
    return ids;
  };

  it('equals a string of at most 200 characters, or null, in every read of runs, by the same statements', async () => {
    const one = `orgId: "${world.org}", projectId: "${world.siblingProject}", taskId: "${taskId}", id: `;
    const query = (field: string) => `{
      taskRuns(${path}, first: 100) { nodes { id ${field} } }
      taskRunChanges(${path}, first: 100) { changes { run { id ${field} } } }
      ${numbers
        .slice(0, values.length)
        .map((n) => `r${n}: taskRun(${one}"${runId(n)}") { id ${field} }`)
        .join('\n')} }`;
    let data: GraphqlResponse['data'];
    const statements = await gateway.statementsOf(async () => {
      data = await gateway.dataOf(query('model'), { as });
    });
    expect(statements).toEqual(await gateway.statementsOf(() => gateway.dataOf(query('userId'), { as })));
    const { taskRuns, taskRunChanges, ...runs } = data;
    const shown = (ids: readonly number[]) => ids.map((n) => ({ id: runId(n), model: model(n) }));
    expect(taskRuns.nodes).toEqual(shown(newestFirst.slice(0, 100)));
    const changed = taskRunChanges.changes.map(({ run }: ChangeNode) => run);
    expect(changed).toEqual(changed.map(({ id }: RunNode) => shown(numbers.filter((n) => runId(n) === id))[0]));
    expect(Object.values(runs)).toEqual(shown(numbers.slice(0, values.length)));
  });

  it('appears beside the same JSON, whole and at its own place', async () => {
    const { taskRuns } = await gateway.dataOf(
      `{ taskRuns(${path}, first: 14) { nodes { model m: model ${source} at: ${source === 'runData' ? 'runDataAt' : source}(path: "/meta/model") } } }`,
      { as },
    );
    expect(taskRuns.nodes.map((node: RunNode & { m: unknown }) => [node.model, node.m])).toEqual(
      newestFirst.slice(0, 14).map((n) => [model(n), model(n)]),
    );
    expect(taskRuns.nodes.map(({ at }: { at: unknown }) => at)).toEqual(
      newestFirst.slice(0, 14).map((n) => jsonModelOf(n, source) ?? null),
    );
  });

  it('filters runs, nested as well, and page by page', async () => {
    const models = [...new Set(values.map(modelOf))].filter((item) => item !== null);
    for (const each of models)
      expect(await listed(`{ model: ${JSON.stringify(each)} }`)).toEqual(idsOf((m) => m === each));
    expect(await listed('{ model: "absent" }')).toEqual([]);
    expect(await listed('{ modelIn: ["gpt-4o", "claude-3"] }')).toEqual(
      idsOf((m) => m === 'gpt-4o' || m === 'claude-3'),
    );
    expect(await listed('{ NOT: { modelIn: ["gpt-4o", "claude-3"] }, maxTotalTokens: 50 }')).toEqual(
      newestFirst.filter((n) => n <= 50 && !['gpt-4o', 'claude-3'].includes(model(n)!)).map(runId),
    );
    expect(await listed('{ OR: [{ model: "gpt-4o" }, { model: "null" }] }')).toEqual(
      idsOf((m) => m === 'gpt-4o' || m === 'null'),
    );
    const pages: string[] = [];
    for (let after: string | null = null; ; ) {
      const { taskRuns }: { taskRuns: RunPageNode } = await gateway.dataOf(
        `query ($after: String) { taskRuns(${path}, first: 3, after: $after, filter: { model: "gpt-4o", createdAfter: "-100000d" }) { nodes { id } pageInfo { hasNextPage endCursor } } }`,
        { as, variables: { after } },
      );
      pages.push(...taskRuns.nodes.map(({ id }) => id));
      if (!taskRuns.pageInfo.hasNextPage) break;
      after = taskRuns.pageInfo.endCursor;
    }
    expect(pages).toEqual(idsOf((m) => m === 'gpt-4o'));
  });

  it.each([
    [{ model: 'x'.repeat(201) }, 'must have at most 200 characters'],
    [{ model: '\0' }, 'must not contain a NUL character'],
    [{ modelIn: ['x', '\ud800'] }, 'must not contain unpaired surrogates'],
    [{ modelIn: [] }, 'must contain between 1 and 100 values, not 0'],
  ])('is validated in the filter %j', async (filter, message) => {
    const query = `query ($filter: TaskRunFilter) { taskRuns(${path}, filter: $filter) { nodes { id } } }`;
    const { errors } = await gateway.ask(query, { as, variables: { filter } });
    const { code, detail } = errors![0]!.extensions;
    expect([code, detail[0].msg, detail[0].loc.slice(0, 2)]).toEqual([
      'UNPROCESSABLE_ENTITY',
      message,
      ['filter', Object.keys(filter)[0]],
    ]);
  });

  it('filters by the same statements, and as far, as the condition on the JSON does', async () => {
    const list = (filter: string) =>
      `{ taskRuns(${path}, first: 5, filter: ${filter}) { countUpTo(max: 100) { count isExact } scan { isComplete scannedTo } nodes { id } } }`;
    const read = async (filter: string) => {
      let data: unknown;
      const statements = await gateway.statementsOf(async () => {
        data = await gateway.dataOf(list(filter), { as });
      });
      return { data, statements };
    };
    for (const [byModel, byJson] of [
      ['{ model: "gpt-4o" }', `{ ${source}: [{ path: "/meta/model", eq: "gpt-4o" }] }`],
      ['{ modelIn: ["x", "claude-3"] }', `{ ${source}: [{ path: "/meta/model", in: ["x", "claude-3"] }] }`],
    ] as const)
      expect(await read(byModel)).toEqual(await read(byJson));
  });

  it('groups runs as SQL does, at the top, nested and over time', async () => {
    const place = source === 'response' ? 'response' : 'run_data';
    const byHand = await gateway.query(
      `SELECT model AS value, count(*)::int AS runs, sum(total_tokens)::text AS "totalTokens" FROM (
         SELECT *, CASE WHEN jsonb_typeof(${place} #> '{meta,model}') = 'string' AND length(${place} #>> '{meta,model}') <= 200
           THEN ${place} #>> '{meta,model}' END AS model FROM task_run WHERE task_id = $1) AS run
       GROUP BY model ORDER BY runs DESC, model COLLATE "C" NULLS LAST`,
      [taskId],
    );
    expect(byHand.length).toBe(new Set(values.map(modelOf)).size);
    const { taskRunStats } = await gateway.dataOf(
      `{ taskRunStats(${path}) { runs
        groupBy(dimension: MODEL) { value runs totalTokens }
        json: groupBy(dimension: MODEL) { value json }
        users: groupBy(dimension: USER) { value groupBy(dimension: MODEL, first: 1) { value runs } }
        nested: groupBy(dimension: MODEL) { value groupBy(dimension: STATUS) { value runs } buckets(by: DAY) { runs } } } }`,
      { as },
    );
    expect(taskRunStats.groupBy).toEqual(byHand);
    for (const { value, json } of taskRunStats.json) expect(json).toBe(value);
    for (const { value, groupBy, buckets } of taskRunStats.nested) {
      const { runs } = byHand.find((group: StatsNode) => group.value === value)!;
      expect([groupBy, buckets]).toEqual([[{ value: 'SUCCESS', runs }], [{ runs }]]);
    }
    const { filtered } = await gateway.dataOf(
      `{ filtered: taskRunStats(${path}, filter: { model: "gpt-4o" }) { runs groupBy(dimension: MODEL) { value runs } } }`,
      { as },
    );
    expect(filtered).toEqual({
      runs: idsOf((m) => m === 'gpt-4o').length,
      groupBy: [{ value: 'gpt-4o', runs: filtered.runs }],
    });
  });

  it('comes only from own runs for a caller who sees no others', async () => {
    const own = numbers.filter((n) => n % 3 === 0);
    expect(await listed('{ model: "gpt-4o" }', world.executor)).toEqual(
      own
        .toReversed()
        .filter((n) => model(n) === 'gpt-4o')
        .map(runId),
    );
    const { taskRunStats } = await gateway.dataOf(
      `{ taskRunStats(${path}) { groupBy(dimension: MODEL) { value runs } } }`,
      { as: world.executor },
    );
    for (const { value, runs } of taskRunStats.groupBy) expect(runs).toBe(own.filter((n) => model(n) === value).length);
  });

  it('filters lists, changes, exports and reports over REST', async () => {
    const expected = idsOf((m) => m === 'gpt-4o' || m === 'claude-3').toSorted();
    const own = `${project}/task/${taskId}/run`;
    const filter = encodeURIComponent('{"model_in": ["gpt-4o", "claude-3"]}');
    for (const query of ['model_in=gpt-4o,claude-3', 'model_in=gpt-4o&model_in=claude-3', `filter=${filter}`]) {
      for (const url of [`${own}?${query}`, `${own}/changes?${query}`, `${project}/task_run?${query}`]) {
        const { results } = (await (await rest(url)).json()) as RestPage<RestRun & Partial<RestChange>>;
        expect(results.map((item) => (item.run ?? item).id).toSorted()).toEqual(expected);
      }
    }
    const one = (await (await rest(`${own}?model=gpt-4o`)).json()) as RestPage;
    expect(one.results.map(({ id }) => id)).toEqual(idsOf((m) => m === 'gpt-4o'));
    expect(one.results[0]).not.toHaveProperty('model');
    const period = 'start_date=2024-01-16&end_date=2024-01-17';
    const report = (await (
      await rest(`${project}/task/${taskId}/token_report?${period}&model=gpt-4o`)
    ).json()) as RestReport;
    expect(report.total_task_runs).toBe(one.results.length);
    for (const url of [own, `${project}/usage_report`]) {
      const response = await rest(`${url}?${url === own ? '' : period}&model=${'x'.repeat(201)}`);
      const { detail } = (await response.json()) as RestRejection;
      expect([response.status, detail]).toEqual([
        422,
        [expect.objectContaining({ loc: ['query', 'model'], msg: expect.stringContaining('at most 200 characters') })],
      ]);
    }
  });

  it('ends the columns of the group core in exports of every format', async () => {
    const url = `${project}/task/${taskId}/run/export`;
    const models = Object.fromEntries(numbers.map((n) => [runId(n), model(n)]));
    const lines = (await (await rest(url)).text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(Object.fromEntries(lines.map((line) => [line.id, line.model]))).toEqual(models);
    const names = Object.keys(lines[0]);
    expect(names.slice(names.indexOf('context_id'), names.indexOf('input_tokens'))).toEqual(['context_id', 'model']);
    expect(lines[0]).not.toHaveProperty('files');
    const csv = await (await rest(`${url}?format=csv&fields=core`)).text();
    expect(csv.split('\r\n', 1)[0]).toMatch(/,context_id,model$/);
    const usage = await (await rest(`${url}?fields=usage&format=csv`)).text();
    expect(usage).not.toContain('model');
    const file = await (await rest(`${url}?format=parquet`)).arrayBuffer();
    const rows = await parquetReadObjects({ file });
    expect(Object.fromEntries(rows.map(({ id, model }) => [id, model]))).toEqual(models);
  });

  it('appears in the schema and in OpenAPI', async () => {
    const text = await (await fetch(`${gateway.url}/openapi-3.0.json`)).text();
    expect(text).toContain('"name":"model_in"');
    const { filter, dimensions } = await gateway.dataOf(
      '{ filter: __type(name: "TaskRunFilter") { inputFields { name } } dimensions: __type(name: "TaskRunDimension") { enumValues { name } } }',
      { as },
    );
    expect(filter.inputFields).toEqual(expect.arrayContaining([{ name: 'model' }, { name: 'modelIn' }]));
    expect(dimensions.enumValues).toContainEqual({ name: 'MODEL' });
  });
});

describe('a gateway without MODEL_POINTER', () => {
  const gateway = useGateway({ arrange });

  it('shows no models in its schema', async () => {
    for (const query of [
      `{ taskRuns(${path}) { nodes { model } } }`,
      `{ taskRuns(${path}, filter: { model: "x" }) { nodes { id } } }`,
      `{ taskRuns(${path}, filter: { modelIn: ["x"] }) { nodes { id } } }`,
      `{ taskRunStats(${path}) { groupBy(dimension: MODEL) { runs } } }`,
    ]) {
      const { errors } = await gateway.ask(query, { as });
      expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    }
  });

  it('shows no models in REST, and rejects a filter by them', async () => {
    const own = `${project}/task/${taskId}/run`;
    const rest = (url: string) => requestRest(gateway, `${gateway.url}${url}`, { as });
    const [line] = (await (await rest(`${own}/export`)).text()).split('\n');
    expect(JSON.parse(line!)).not.toHaveProperty('model');
    const text = await (await fetch(`${gateway.url}/openapi-3.0.json`)).text();
    expect(text).not.toMatch(/"model(_in)?"/);
    const filter = encodeURIComponent('{"model":"x"}');
    for (const [query, message] of [
      ['model=x', 'is not a parameter'],
      [`filter=${filter}`, 'requires the variable `MODEL_POINTER`, which is not set'],
    ]) {
      const response = await rest(`${own}?${query}`);
      expect([response.status, await response.text()]).toEqual([422, expect.stringContaining(message!)]);
    }
  });
});
