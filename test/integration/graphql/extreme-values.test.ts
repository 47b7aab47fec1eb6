// The first and last values that the tables' check constraints allow. Every entry point returns them digit by digit.
// The constraints reject all values beyond them, so that no entry point ever reads such a value.

import { requestEntities } from '../../support/entities.js';
import { idOf } from '../../support/permission-world.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const [orgId, projectId, taskId, sumsTaskId, groupId] = [2000, 2001, 2002, 2003, 2004].map(idOf) as [
  string,
  string,
  string,
  string,
  string,
];
const as = 'owner-of-extreme-values';
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const task = `${project}, taskId: "${taskId}"`;

const int = '2147483647';
const largest = '1.7976931348623157e+308';
const manyDigits = `${'9'.repeat(1000)}.${'9'.repeat(1000)}`;
const manyZeros = `0.${'0'.repeat(1000)}1`;

/** Each entry has the run's column, the field, the stored value, and its JSON text in a response. */
const values = [
  ['created', 'created', '0001-01-01T00:00:00Z', '"0001-01-01T00:00:00.000000Z"'],
  ['created', 'created', '0001-01-01T00:00:00.000001Z', '"0001-01-01T00:00:00.000001Z"'],
  ['created', 'created', '9999-12-31T23:59:59.99999Z', '"9999-12-31T23:59:59.999990Z"'],
  ['created', 'created', '9999-12-31T23:59:59.999999Z', '"9999-12-31T23:59:59.999999Z"'],
  ['input_tokens', 'inputTokens', '0', '0'],
  ['input_tokens', 'inputTokens', int, int],
  ['output_tokens', 'outputTokens', int, int],
  ['total_tokens', 'totalTokens', int, int],
  ['llm_retries', 'llmRetries', '1', '1'],
  ['llm_retries', 'llmRetries', int, int],
  ['llm_call_timing', 'llmCallTiming', largest, largest],
  ['llm_call_timing', 'llmCallTiming', `-${largest}`, `-${largest}`],
  ['llm_call_timing', 'llmCallTiming', '5e-324', '5e-324'],
  ['input_processor_timing', 'inputProcessorTiming', largest, largest],
  ['input_processor_timing', 'inputProcessorTiming', '-5e-324', '-5e-324'],
  ['charged_credits', 'chargedCredits', manyDigits, `"${manyDigits}"`],
  ['charged_credits', 'chargedCredits', `-${manyDigits}`, `"-${manyDigits}"`],
  ['charged_credits', 'chargedCredits', manyZeros, `"${manyZeros}"`],
  ['charged_credits', 'chargedCredits', '0.000', '"0.000"'],
  ['run_data', 'runData', '{}', '{}'],
  ['run_data', 'runData', '{"": {"": null}, "toJSON": []}', '{"": {"": null}, "toJSON": []}'],
  [
    'run_data',
    'runData',
    '{"__proto__": {"x": "\\u0001\u2028 👩‍👩‍👧"}}',
    '{"__proto__": {"x": "\\u0001\u2028 👩‍👩‍👧"}}',
  ],
  ['response', 'response', 'null', 'null'],
  ['response', 'response', 'false', 'false'],
  ['response', 'response', '0', '0'],
  ['response', 'response', '""', '""'],
  ['response', 'response', '[]', '[]'],
  ['response', 'response', '-12345678901234567890.10', '-12345678901234567890.10'],
  ['response', 'response', '1e400', `1${'0'.repeat(400)}`],
] as const;
const runs = values.map(([column, field, stored, shown], index) => ({
  ...{ column, field, stored, shown, id: idOf(2100 + index) },
  title: `${column} ${stored.length > 40 ? `of ${stored.length} characters` : stored}`,
}));
const scalars =
  'created inputTokens outputTokens totalTokens llmRetries llmCallTiming inputProcessorTiming chargedCredits';
const fields = `id ${scalars} runData response submitted reportingGroup { created modified } files { sizeBytes created }`;

describe('extreme values', () => {
  const gateway = useGateway({
    async arrange({ query }) {
      await query("INSERT INTO organization (id, name) VALUES ($1, 'Extreme')", [orgId]);
      await query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Extreme')", [projectId, orgId]);
      await query("INSERT INTO task (id, project_id, name) VALUES ($1, $3, 'Extreme'), ($2, $3, 'Sums')", [
        ...[taskId, sumsTaskId, projectId],
      ]);
      await query("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'owner')", [projectId, as]);
      await query(
        "INSERT INTO reporting_group VALUES ($1, $2, 'Extreme', NULL, '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z')",
        [groupId, projectId],
      );
      for (const { column, stored, id } of runs) {
        const isUsual = column !== 'created';
        await query(
          `INSERT INTO task_run (id, task_id, task_revision_id, reporting_group_id, run_data, created, input_tokens, output_tokens, total_tokens)
           VALUES ($1, $2, $2, $3, '{"submitted": null}', $4, 1, 2, 3)`,
          [id, taskId, groupId, isUsual ? '2025-01-01T00:00:00Z' : stored],
        );
        if (isUsual) await query(`UPDATE task_run SET ${column} = $2 WHERE id = $1`, [id, stored]);
      }
      await query(
        `INSERT INTO task_run_file VALUES ($1, 0, 'early', 'text/plain', 0, 'INPUT', 'extreme/0', '0001-01-01T00:00:00Z'),
           ($1, 1, 'late', 'text/plain', 9007199254740991, 'OUTPUT', 'extreme/1', '9999-12-31T23:59:59.999999Z')`,
        [runs[0]!.id],
      );
    },
  });

  const textsOf = (lines: readonly string[]) =>
    runs.map(({ column, shown, id }) => {
      const line = lines.find((text) => text.includes(`"id":"${id}"`));
      return line?.includes(`"${column}":${shown}`) ? 'whole' : `${id}: ${line}`;
    });
  const allWhole = runs.map(() => 'whole');
  const idsInOrder = async (order: string): Promise<string[]> =>
    (await gateway.query(`SELECT id FROM task_run WHERE task_id = $1 ORDER BY ${order}`, [taskId])).map(
      ({ id }: { id: string }) => id,
    );

  it.each(runs)('GraphQL and REST return a value as it is stored: $title', async ({ id, column, field, shown }) => {
    const { text } = await gateway.ask(`{ taskRun(${task}, id: "${id}") { ${field} } }`, { as });
    expect(text).toBe(`{"data":{"taskRun":{"${field}":${shown}}}}`);
    const response = await requestRest(gateway, runUrl(gateway, { orgId, projectId, taskId, id }), {
      as,
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(`"${column}":${shown},`);
  });

  it('GraphQL and REST return times and sizes of files and reporting groups as they are stored', async () => {
    const [{ id }] = runs as [(typeof runs)[number]];
    const [earliest, latest] = ['"0001-01-01T00:00:00.000000Z"', '"9999-12-31T23:59:59.999999Z"'];
    const related = 'reportingGroup { created modified } files { sizeBytes created }';
    const { text } = await gateway.ask(`{ taskRun(${task}, id: "${id}") { ${related} } }`, { as });
    expect(text).toBe(
      `{"data":{"taskRun":{"reportingGroup":{"created":${earliest},"modified":${latest}},` +
        `"files":[{"sizeBytes":0,"created":${earliest}},{"sizeBytes":9007199254740991,"created":${latest}}]}}}`,
    );
    const path = { orgId, projectId, taskId, id };
    const rest = await (await requestRest(gateway, runUrl(gateway, path), { as })).text();
    expect(rest).toContain(`"size_bytes":9007199254740991,"direction":"OUTPUT","created":${latest}`);
    expect(rest).toContain(`"created":${earliest},"modified":${latest}}`);
  });

  it('lists, reads by ids and entities return the same runs', async () => {
    const ids = JSON.stringify(runs.map(({ id }) => id));
    const { taskRuns, taskRunsByIds } = await gateway.dataOf(
      `{ taskRuns(${task}) { nodes { ${fields} } } taskRunsByIds(${task}, ids: ${ids}) { ${fields} } }`,
      { as },
    );
    const { data, errors } = await requestEntities(
      gateway,
      runs.map(({ id }) => ({ __typename: 'TaskRun', id })),
      `... on TaskRun { ${fields} }`,
      { as },
    );
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual(taskRunsByIds);
    const byId = new Map(taskRuns.nodes.map((run: { id: string }) => [run.id, run]));
    expect(runs.map(({ id }) => byId.get(id))).toEqual(taskRunsByIds);
  });

  it('pages and exports over REST return the same values', async () => {
    const list = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run`;
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const where: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await (await requestRest(gateway, `${list}?page_limit=3${where}`, { as })).text();
      pages.push(...page.split(/(?=\{"id":")/));
      cursor = JSON.parse(page).pagination.next_cursor;
    }
    expect(textsOf(pages)).toEqual(allWhole);
    const exported = await requestRest(gateway, `${list}/export`, { as, headers: { accept: 'application/x-ndjson' } });
    expect(textsOf((await exported.text()).split('\n'))).toEqual(allWhole);
  });

  it.each([
    ['CREATED_DESC', 'created DESC, id DESC'],
    ['CREATED_ASC', 'created, id'],
    ['LLM_CALL_TIMING_DESC', 'llm_call_timing DESC NULLS LAST, created DESC, id DESC'],
    ['CHARGED_CREDITS_ASC', 'charged_credits ASC NULLS LAST, created DESC, id DESC'],
    ['TOTAL_TOKENS_DESC', 'total_tokens DESC, created DESC, id DESC'],
    ['LLM_RETRIES_DESC', 'coalesce(llm_retries, 0) DESC, created DESC, id DESC'],
  ])('a walk of pages in the order %s has each run once, in both directions', async (orderBy, order) => {
    const walk = async (size: string, side: string, end: string) => {
      const ids: string[] = [];
      for (let cursor: string | null = null, goesOn = true; goesOn && ids.length <= runs.length; ) {
        const where: string = cursor === null ? '' : `, ${side}: "${cursor}"`;
        const query = `{ taskRuns(${task}, orderBy: ${orderBy}, ${size}: 1${where}) { nodes { id } pageInfo { ${end} } } }`;
        const { taskRuns } = await gateway.dataOf(query, { as });
        goesOn = taskRuns.nodes.length > 0;
        ids.push(...taskRuns.nodes.map(({ id }: { id: string }) => id));
        cursor = taskRuns.pageInfo[end];
      }
      return ids;
    };
    const inOrder = await idsInOrder(order);
    expect(await walk('first', 'after', 'endCursor')).toEqual(inOrder);
    expect(await walk('last', 'before', 'startCursor')).toEqual(inOrder.toReversed());
  });

  it('the earliest and the latest run have neighbours on one side', async () => {
    const [first, second] = await idsInOrder('created, id');
    const [last, secondToLast] = await idsInOrder('created DESC, id DESC');
    const { taskRunsByIds } = await gateway.dataOf(
      `{ taskRunsByIds(${task}, ids: ${JSON.stringify([first, second, secondToLast, last])}) { previous { id } next { id } } }`,
      { as },
    );
    expect(taskRunsByIds).toMatchObject([
      { previous: null, next: { id: second } },
      { previous: { id: first } },
      { next: { id: last } },
      { previous: { id: secondToLast }, next: null },
    ]);
  });

  it('statistics have all sums but the one that exceeds an Int, which is named', async () => {
    const { data, errors } = await gateway.ask(
      `{ taskRunStats(${task}) { runs retries retriesTotal inputTokens chargedCredits
         revisions: groupBy(dimension: REVISION) { firstCreated lastCreated }
         llmCallTiming { count avg min max } byDay: buckets(by: DAY) { start runs }
         byMonth: buckets(by: MONTH, timeZone: "Asia/Tokyo") { start runs } } }`,
      { as },
    );
    expect(errors).toEqual([
      {
        message: 'A stored value is out of range for its field.',
        path: ['taskRunStats', 'retries'],
        locations: expect.anything(),
        extensions: { code: 'UNPROCESSABLE_ENTITY', status: 422, reason: 'UNREADABLE_VALUE' },
      },
    ]);
    const runsOf2025 = runs.length - 4;
    expect(data.taskRunStats).toMatchObject({
      runs: runs.length,
      retries: null,
      retriesTotal: '2147483648',
      revisions: [{ firstCreated: '0001-01-01T00:00:00.000000Z', lastCreated: '9999-12-31T23:59:59.999999Z' }],
      chargedCredits: manyZeros,
      llmCallTiming: { count: 1, avg: 0, min: 5e-324, max: 5e-324 },
      byDay: [
        { start: '2025-01-01T00:00:00.000000Z', runs: runsOf2025 },
        { start: '9999-12-31T00:00:00.000000Z', runs: 2 },
      ],
      byMonth: [
        { start: '2024-12-31T15:00:00.000000Z', runs: runsOf2025 },
        { start: '9999-12-31T15:00:00.000000Z', runs: 2 },
      ],
    });
  });

  it('a context has them in its totals and at its ends', async () => {
    const [first] = await idsInOrder('created, id');
    const [last] = await idsInOrder('created DESC, id DESC');
    await gateway.query("UPDATE task_run SET context_id = 'extreme' WHERE task_id = $1", [taskId]);
    const { taskRun } = await gateway.dataOf(
      `{ taskRun(${task}, id: "${first}") { context { totals { runs retries chargedCredits from to } first { id } last { id } } } }`,
      { as },
    );
    expect(taskRun.context).toMatchObject({
      totals: {
        runs: runs.length,
        chargedCredits: manyZeros,
        from: '0001-01-01T00:00:00.000000Z',
        to: '9999-12-31T23:59:59.999999Z',
      },
      first: { id: first },
      last: { id: last },
    });
  });

  it.each([
    ['task_run', 'created', '0001-12-31T23:59:59.999999Z BC', 'task_run_created_check'],
    ['task_run', 'created', '10000-01-01T00:00:00Z', 'task_run_created_check'],
    ['task_run', 'created', 'infinity', 'task_run_created_check'],
    ['task_run', 'created', '-infinity', 'task_run_created_check'],
    ['task_run', 'charged_credits', 'NaN', 'task_run_charged_credits_check'],
    ['task_run', 'charged_credits', 'Infinity', 'task_run_charged_credits_check'],
    ['task_run', 'charged_credits', '-Infinity', 'task_run_charged_credits_check'],
    ['task_run', 'llm_call_timing', 'NaN', 'task_run_timings_check'],
    ['task_run', 'llm_call_timing', 'Infinity', 'task_run_timings_check'],
    ['task_run', 'input_processor_timing', 'NaN', 'task_run_timings_check'],
    ['task_run', 'input_processor_timing', '-Infinity', 'task_run_timings_check'],
    ['task_run', 'input_tokens', '-1', 'task_run_counts_check'],
    ['task_run', 'llm_retries', '-1', 'task_run_counts_check'],
    ['task_run', 'run_data', 'null', 'task_run_run_data_check'],
    ['task_run', 'run_data', '[1]', 'task_run_run_data_check'],
    ['task_run_file', 'created', 'infinity', 'task_run_file_created_check'],
    ['task_run_file', 'created', '0044-03-15T12:00:00Z BC', 'task_run_file_created_check'],
    ['task_run_file', 'size_bytes', '9007199254740992', 'task_run_file_size_bytes_check'],
    ['reporting_group', 'created', '-infinity', 'reporting_group_times_check'],
    ['reporting_group', 'modified', '10000-01-01T00:00:00Z', 'reporting_group_times_check'],
  ])('checks reject the values beyond: %s.%s %s', async (table, column, value, check) => {
    const ownColumn = { task_run: 'task_id', task_run_file: 'task_run_id', reporting_group: 'id' }[table];
    const ownId = { task_run: taskId, task_run_file: runs[0]!.id, reporting_group: groupId }[table];
    const update = gateway.query(`UPDATE ${table} SET ${column} = $1 WHERE ${ownColumn} = $2`, [value, ownId]);
    await expect(update).rejects.toThrow(check);
  });

  const scope = `${project}, taskId: "${sumsTaskId}"`;
  const insert = (index: number, timing: string) =>
    gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, llm_retries, llm_call_timing)
       VALUES ($1, $2, $2, '{}', '2025-01-01T00:00:00Z', 1, 2, 3, 1, $3)`,
      [idOf(2200 + index), sumsTaskId, timing],
    );

  it('figures leave out a duration with which a sum or quotient would exceed a double', async () => {
    await insert(0, largest);
    await insert(1, '5e-324');
    const { taskRunStats } = await gateway.dataOf(
      `{ taskRunStats(${scope}) { runs retries tokensPerSecond llmCallTiming { count avg min max p50 } } }`,
      { as },
    );
    const figures = { avg: 0, min: 5e-324, max: 5e-324, p50: 5e-324 };
    expect(taskRunStats).toEqual({
      runs: 2,
      retries: 2,
      tokensPerSecond: null,
      llmCallTiming: { count: 1, ...figures },
    });
  });
});
