// Results of tools for runs of 1 MB. Each result is within the budget and leads to what it left out.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { createRandom, seededSource } from '../../../src/demo/data/random.js';
import type { Queries } from '../../support/databases.js';
import { amount, seed } from '../../support/generated.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import type { RunNode, StatsNode } from '../../support/responses.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';
import { createToolClient, type ToolClient, tokensOf } from '../../support/tool-client.js';

const { orgId, projectId } = demoPlaces.richRun;
const taskId = '01a1ffff-0000-0000-0000-00000000a000';
const revision = '01a1ffff-0000-0000-0000-00000000b000';
const place = { orgId, projectId, taskId };
const idOf = (number: number) => `01a1ffff-0000-0000-0000-${String(number).padStart(12, '0')}`;
const largeCount = 5;
const smallCount = 160;
/** Number of items in a large run's response, which make up a megabyte, or a third of that with fewer items. */
const largeItems = amount(3000, 9000);
const large = Array.from({ length: largeCount }, (_, number) => idOf(number));
const runs = Array.from({ length: largeCount + smallCount }, (_, number) => idOf(number));
const filesRun = large[0]!;
/** The response of this run is too long to be compared. */
const tooLong = idOf(900);
const bigNumber = '12345678901234567890.50';

/**
 * Returns a response, with many items for a large run, text in several scripts, and numbers beyond the precision of a
 * double.
 */
function responseOf(number: number): string {
  const items = Array.from(
    { length: number < largeCount ? largeItems : 4 },
    (_, index) =>
      `{"label":"Eintrag ${index} \\"ü\\" 😀 ${number}","index":${index},"text":"${'y'.repeat(40)} ${index}"}`,
  );
  return `{"total":${bigNumber},"category":"c${number % 7}","items":[${items.join(',')}]}`;
}

function rowOf(number: number, id: string): object {
  const isFailed = number % 3 === 0 && number >= largeCount;
  const letter = String.fromCharCode(97 + (number % 26));
  const message = `${letter.repeat(8)} ${'no '.repeat(20)}${number % 80 > 40 ? 'answer' : 'tool'} x${'q'.repeat(number % 30)}`;
  return {
    id,
    number,
    is_error: isFailed,
    response: isFailed ? JSON.stringify({ detail: { message } }) : responseOf(number),
    run_data: { submitted: { text: 'Warum? '.repeat(number < largeCount ? 20_000 : 40), number } },
  };
}

async function insert(query: Queries['query'], rows: readonly object[]): Promise<void> {
  await query(
    `INSERT INTO task_run (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens,
       total_tokens, is_error, reference)
     SELECT id, $2, $3, run_data, response::jsonb, now() - number * interval '1 hour', 1, 2, 3, is_error, 'reference-' || number
     FROM jsonb_to_recordset($1) AS row (id uuid, number int, is_error boolean, response text, run_data jsonb)`,
    [JSON.stringify(rows), taskId, revision],
  );
}

describe('results of tools', () => {
  let gateway: Gateway;
  let client: ToolClient;
  beforeAll(async () => {
    gateway = await startGateway({
      environment: { MCP: 'on' },
      arrange: async ({ query }) => {
        await query(
          "INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Large runs', 'all_viewers')",
          [taskId, projectId],
        );
        for (const [number, id] of large.entries()) await insert(query, [rowOf(number, id)]);
        await insert(
          query,
          runs.slice(largeCount).map((id, index) => rowOf(largeCount + index, id)),
        );
        await query(
          `INSERT INTO task_run (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens,
             total_tokens) VALUES ($1, $2, $2, '{"submitted": 1}', to_jsonb(repeat('x', 2000000)), now(), 1, 2, 3)`,
          [tooLong, demoPlaces.richRun.taskId],
        );
        await query(
          `INSERT INTO task_run_file SELECT $1, n, 'file ' || n || '.txt', 'text/plain', n, 'INPUT', 'k' || n, now()
           FROM generate_series(1, 900) n`,
          [filesRun],
        );
        await query(
          `INSERT INTO task (id, project_id, name, run_visibility)
           SELECT ('01a1ffff-0000-0000-0001-' || lpad(n::text, 12, '0'))::uuid, $1, 'Numbered task ' || n, 'all_viewers'
           FROM generate_series(1, 120) n`,
          [projectId],
        );
      },
    });
    client = await createToolClient(gateway.url, await gateway.tokenFor(demoSubjects.owner), 20_000);
  });
  afterAll(() => gateway.close());

  type ToolData = GraphqlResponse['data'];

  /** Calls a tool until nothing is left. */
  async function callAll(name: string, args: object): Promise<ToolData[]> {
    const results: ToolData[] = [];
    for (let more: object | undefined = {}; more !== undefined; ) {
      const { structured, text } = await client.call(name, { ...args, ...more });
      if (structured === null) throw new Error(text);
      results.push(structured.data);
      more = structured.left?.continue;
    }
    return results;
  }

  it('list all runs page by page', async () => {
    const ids: string[] = [];
    let pages = 0;
    for (let after: string | null = null, isLast = false; !isLast; pages += 1) {
      const { structured } = await client.call('list_runs', { ...place, first: 100, after });
      const { nodes, pageInfo } = structured.data.taskRuns;
      ids.push(...nodes.map(({ id }: RunNode) => id));
      if (structured.left?.continue) expect(structured.left.continue.after).toBe(pageInfo.endCursor);
      after = pageInfo.endCursor;
      isLast = !pageInfo.hasNextPage;
    }
    expect(ids).toEqual(runs);
    expect(pages).toBeGreaterThan(2);
  });

  it('shorten texts before lists', async () => {
    const { structured } = await client.call('list_runs', { ...place, first: 40 });
    expect(structured.data.taskRuns.nodes).toHaveLength(40);
    expect(structured.left).toEqual({ message: expect.stringMatching(/^Texts are cut to 150 characters/) });
    const { structured: single } = await client.call('list_runs', { ...place, first: 5 });
    expect(single.left).toBeUndefined();
  });

  it('return all groups, buckets, tasks and files, by offset', async () => {
    const statistics = await callAll('statistics', {
      ...place,
      by: 'HOUR',
      dimension: 'REFERENCE',
      first: 1000,
    });
    const listOf = (results: ToolData[], field: string) => results.flatMap(({ taskRunStats }) => taskRunStats[field]);
    expect(statistics.length).toBeGreaterThan(1);
    expect(new Set(listOf(statistics, 'groups').map(({ value }: StatsNode) => value)).size).toBe(runs.length);
    expect(listOf(statistics, 'groups')).toHaveLength(runs.length);
    expect(listOf(statistics, 'buckets')).toHaveLength(runs.length);
    const values = await callAll('filter_values', { ...place, dimension: 'REFERENCE', first: 1000 });
    expect(listOf(values, 'values')).toHaveLength(runs.length);
    const read = await callAll('get_run', { id: filesRun });
    expect(read.flatMap(({ taskRun }) => taskRun.files.map(({ name }: { readonly name: string }) => name))).toEqual(
      Array.from({ length: 900 }, (_, index) => `file ${index + 1}.txt`),
    );
    const tasks = await callAll('find_tasks', { name: 'numbered', first: 100 });
    expect(tasks.flatMap(({ viewer }) => viewer.tasks)).toHaveLength(100);
  });

  it('return the differences between two large runs, with every digit', async () => {
    const [first, second] = [large[1], large[2]];
    const { structured } = await client.call('compare_runs', { id: first, otherId: second });
    expect(structured.data.run).toMatchObject({ id: first, totalTokens: 3 });
    expect(structured.data.differences.slice(0, 2)).toEqual([
      { pointer: '/submitted/number', run: 1, other: 2 },
      { pointer: '/response/items/0/label', run: 'Eintrag 0 "ü" 😀 1', other: 'Eintrag 0 "ü" 😀 2' },
    ]);
    const differences: { pointer: string }[] = [];
    for (let offset = 0, calls = 0; calls < 3; calls += 1) {
      const { structured } = await client.call('compare_runs', { id: first, otherId: second, offset });
      differences.push(...structured.data.differences);
      offset = structured.left.continue.offset;
      expect(offset).toBe(differences.length);
    }
    expect(new Set(differences.map(({ pointer }) => pointer)).size).toBe(differences.length);
    expect(structured.left.message).toContain(`of ${(largeItems + 2).toLocaleString('en')} items`);
  });

  it('compare what is not too long, and name the rest', async () => {
    const { structured } = await client.call('compare_runs', { id: tooLong, otherId: large[1] });
    expect(structured.errors).toEqual([{ message: expect.stringMatching(/^`response` is too long to be compared/) }]);
    expect(structured.data.differences).toMatchObject([{ pointer: '/submitted', run: 1 }]);
  });

  it('return pieces that join to the value, within the budget', async () => {
    let text = '';
    for (let offset: number | null = 0; offset !== null; ) {
      const { structured } = await client.call('read_response', { id: large[3], offset, length: 50_000 });
      text += structured.data.node.value.text;
      offset = structured.data.node.value.nextOffset;
    }
    expect(JSON.parse(text)).toEqual(JSON.parse(responseOf(3)));
    expect(await client.readAll(`task-run://${large[3]}/response`)).toBe(text);
  });

  it('link the parts of a run, which are resources', async () => {
    const { links } = await client.call('get_run', { id: large[4] });
    expect(links).toEqual([`task-run://${large[4]}/response`, `task-run://${large[4]}/run-data`]);
    expect(JSON.parse(await client.readAll(links[1]!)).submitted.number).toBe(4);
    expect(JSON.parse(await client.readAll(`task-run://${large[4]}`))).toMatchObject({ id: large[4], totalTokens: 3 });
    const files = JSON.parse(await client.readAll(`task-run://${filesRun}/files`));
    expect([files.length, files[0].downloadUrl]).toEqual([900, expect.stringContaining('signature=')]);
    expect((await client.call('list_runs', { ...place, first: 5 })).links).toEqual([]);
    expect((await client.call('list_runs', { ...place, first: 40 })).links.length).toBeGreaterThan(0);
  });

  it('keep numbers beyond a double, as strings in the structured result', async () => {
    const values = { ...place, dimension: 'RESPONSE', path: '/total', first: 1 };
    const { text, structured } = await client.call('filter_values', values);
    expect(text).toContain(`"json":${bigNumber}`);
    expect(structured.data.taskRunStats.values[0].json).toBe(bigNumber);
  });

  it.each(['run', 'task-run://x', 'task-run://x/response', `task-run://${taskId}`, `task-run://${idOf(999)}/response`])(
    'reject %s as a resource',
    async (uri) => {
      const { error } = await client.send('resources/read', { uri });
      expect(error).toMatchObject({ code: -32602, data: { uri } });
    },
  );

  describe.each([
    ['20,000', 20_000, amount(60, 2000)],
    ['2,000', 2000, amount(20, 500)],
  ])('with a budget of %s tokens', (_name, maxTokens, calls) => {
    let small: Gateway;
    beforeAll(async () => {
      small =
        maxTokens === 20_000 ? gateway : await startGateway({ environment: { MCP: 'on', MCP_RESULT_TOKENS: '2000' } });
    });
    afterAll(async () => {
      if (small !== gateway) await small.close();
    });

    it(`stay within it in ${calls} generated calls`, async () => {
      const client = await createToolClient(small.url, await small.tokenFor(demoSubjects.owner), maxTokens);
      const random = createRandom(seededSource(seed));
      const places = [demoPlaces.richRun, demoPlaces.failedRun, demoPlaces.executorRun, demoPlaces.sharedRun];
      const tasks = maxTokens === 20_000 ? [place, place, ...places] : places;
      const ids = [...places.map(({ id }) => id), ...(maxTokens === 20_000 ? runs : [])];
      const where = () => {
        const { orgId, projectId, taskId } = random.pick(tasks);
        return { orgId, projectId, ...(random.chance(80) && { taskId }) };
      };
      const offset = () => (random.chance(30) ? { offset: random.integer(0, 400) } : {});
      const since = () => random.pick(['-1d', '-7d', '-60d', 'yesterday', '2026-01-31T12:00:00Z']);
      const filter = () =>
        random.pick([
          null,
          { status: 'FAIL' },
          { createdAfter: since() },
          { response: [{ path: '/category', in: ['c1', 'c2'] }] },
          { hasFiles: true },
          { NOT: { status: 'FAIL' } },
        ]);
      const dimension = () =>
        random.pick([
          { dimension: 'REFERENCE' },
          { dimension: 'FAILURE' },
          { dimension: 'REVISION' },
          { dimension: 'TASK' },
          { dimension: 'USER' },
          { dimension: 'RESPONSE', path: random.pick(['', '/total', '/category', '/items/0', '/items']) },
          { dimension: 'SUBMITTED', path: random.pick(['/text', '/number']) },
        ]);
      const piece = () => ({ offset: random.integer(0, 900_000), length: random.integer(1, 50_000) });
      const first = (max: number) => ({ first: random.integer(1, max) });
      const kinds: (() => [string, object])[] = [
        () => ['whoami', offset()],
        () => ['find_tasks', { name: random.pick(['task', 'support', 'large', 'a']), ...first(100), ...offset() }],
        () => ['list_runs', { ...where(), filter: filter(), ...first(100) }],
        () => ['list_runs', { ...where(), orderBy: 'TOTAL_TOKENS_DESC', ...first(100) }],
        () => ['get_run', { id: random.pick(ids), ...offset() }],
        () => ['read_response', { id: random.pick(ids), ...piece() }],
        () => ['read_response', { id: random.pick(ids), path: random.pick(['/items', '/items/0', '/no']) }],
        () => ['read_run_data', { id: random.pick(ids), ...piece() }],
        () => ['compare_runs', { id: random.pick(ids), otherId: random.pick(ids), ...offset() }],
        () => ['explain_failure', { ...random.pick(places), since: since() }],
        () => ['failures', { ...where(), since: since(), ...first(30), ...offset() }],
        () => ['filter_values', { ...where(), ...dimension(), filter: filter(), ...first(1000), ...offset() }],
        () => [
          'statistics',
          { ...where(), ...dimension(), by: random.pick(['HOUR', 'DAY']), ...first(1000), ...offset() },
        ],
      ];
      const errors: string[] = [];
      for (let call = 0; call < calls; call += 1) {
        const [name, args] = random.pick(kinds)();
        const { structured, isError, text } = await client.call(name, args);
        if (isError) errors.push(`${name} ${JSON.stringify(args)}: ${text.slice(0, 300)}`);
        const more = structured?.left?.continue;
        if (more && random.chance(30)) await client.call(name, { ...args, ...more });
      }
      expect(errors).toEqual([]);
    });
  });

  it('describe all tools in less than 10,900 tokens, and 4,000 of them in descriptions', async () => {
    const { result } = await client.send('tools/list');
    expect(tokensOf(JSON.stringify(result))).toBeLessThan(10_900);
    expect(tokensOf(...result.tools.map(({ description }: { description: string }) => description))).toBeLessThan(4000);
    for (const { name, description } of result.tools) {
      expect({ name, description }).toMatchObject({
        description: expect.stringMatching(/Use it .*(Next: |filter of)/s),
      });
    }
  });
});
