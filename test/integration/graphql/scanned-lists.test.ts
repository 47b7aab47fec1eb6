// The ends of scans, and the pages that continue there, over every API. Scans test 20 runs here.

import { arrangeGeneratedRuns, createdOf, generated } from '../../support/generated-runs.js';
import type { RestPage, ToolMessage } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, otherTaskId, owner, users } = generated;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const count = 240;
/** Matches the runs with these two numbers, one from each task. */
const matching = {
  response: [
    { path: '/n', gte: 100 },
    { path: '/n', lt: 102 },
  ],
};
const everyRun = { hasResponse: true };
const created = (number: number) => createdOf(number).replace(/(\.\d+)?Z$/, '');

describe('a page whose scan ends', () => {
  const gateway = useOwnGateway({ maxScannedRuns: 20, arrange: arrangeGeneratedRuns, environment: { MCP: 'on' } });

  const list = async (args: string, filter: object, as: string = owner, selection = '') => {
    const { taskRuns } = await gateway.dataOf(
      `query ($filter: TaskRunFilter) { taskRuns(${project}, ${args}, filter: $filter) {
        nodes { runData(path: "/submitted/n") } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        scan { isComplete scannedTo } ${selection} } }`,
      { as, variables: { filter } },
    );
    const { nodes, ...others } = taskRuns;
    return { numbers: nodes.map(({ runData }: { readonly runData: number }) => runData), ...others };
  };

  it('leads, when it is empty, on from the last tested run', async () => {
    const first = await list('first: 5', matching);
    expect(first).toMatchObject({
      numbers: [],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: expect.any(String) },
      scan: { isComplete: false, scannedTo: expect.stringContaining(created(count - 20)) },
    });
    const pages = [first];
    while (pages.at(-1)!.pageInfo.hasNextPage) {
      pages.push(await list(`first: 5, after: "${pages.at(-1)!.pageInfo.endCursor}"`, matching));
    }
    // Some runs have the same time, so the last page has fewer than 20 runs to test, and the previous one may end at
    // the first run.
    expect(pages.length).toBeGreaterThanOrEqual(count / 20);
    expect(pages.flatMap(({ numbers }) => numbers)).toEqual([101, 100]);
    expect(pages.at(-1)!.scan).toEqual({ isComplete: true, scannedTo: null });
  });

  it('leads back from the first tested run', async () => {
    const last = await list('last: 5', matching);
    expect(last).toMatchObject({
      numbers: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: expect.any(String), endCursor: null },
      scan: { isComplete: false, scannedTo: expect.any(String) },
    });
    const numbers: number[] = [];
    for (let before = last.pageInfo.startCursor; ; ) {
      const page = await list(`last: 5, before: "${before}"`, matching);
      numbers.unshift(...page.numbers);
      if (!page.pageInfo.hasPreviousPage) break;
      before = page.pageInfo.startCursor;
    }
    expect(numbers).toEqual([101, 100]);
  });

  it('counts as complete when it is full, or the list ends', async () => {
    const complete = { isComplete: true, scannedTo: null };
    const full = await list('first: 5', everyRun);
    expect(full).toMatchObject({ numbers: [239, 238, 237, 236, 235], pageInfo: { hasNextPage: true }, scan: complete });
    const few = { ...everyRun, createdAfter: createdOf(230) };
    const ended = await list('first: 50', few);
    expect(ended).toMatchObject({ pageInfo: { hasNextPage: false }, scan: complete });
    expect(ended.numbers).toHaveLength(10);
    expect((await list('first: 5, orderBy: TOTAL_TOKENS_ASC', matching)).scan).toEqual(complete);
    expect((await list('first: 5', { minTotalTokens: 1_000_000 })).scan).toEqual(complete);
  });

  it.each([
    ['a failure reason', { primaryFailureReasonContains: 'absent' }],
    ['tokens beside a user', { userId: users[0], minTotalTokens: 1_000_000 }],
  ])('ends early by %s among the runs that an index finds', async (_what, filter) => {
    for (const task of ['', `, taskId: "${taskId}"`]) {
      const first = await list(`first: 5${task}`, filter);
      expect(first).toMatchObject({
        numbers: [],
        pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
        scan: { isComplete: false, scannedTo: expect.any(String) },
      });
      let { pageInfo } = first;
      while (pageInfo.hasNextPage)
        ({ pageInfo } = await list(`first: 5${task}, after: "${pageInfo.endCursor}"`, filter));
    }
  });

  it('shares its limit with the other lists of its operation, which advance anyway', async () => {
    const aliases = ['a', 'b', 'c'].map(
      (name) =>
        `${name}: taskRuns(${project}, first: 3, filter: $filter) { scan { isComplete } pageInfo { endCursor } }`,
    );
    const lists = aliases.map((alias, index) => alias.replace('first: 3', `first: ${index + 1}`));
    const data = await gateway.dataOf(`query ($filter: TaskRunFilter) { ${lists.join(' ')} }`, {
      as: owner,
      variables: { filter: matching },
    });
    const ends = Object.values<{ scan: { isComplete: boolean }; pageInfo: { endCursor: string } }>(data).map(
      ({ scan, pageInfo }) => [scan.isComplete, pageInfo.endCursor],
    );
    expect(ends.map(([isComplete]) => isComplete)).toEqual([false, false, false]);
    expect(new Set(ends.map(([, cursor]) => cursor)).size).toBe(3);
  });

  it('tests only runs of the caller where it may read no others', async () => {
    await gateway.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [taskId, users[0]]);
    const own = await gateway.query(
      'SELECT (run_data #>> $3)::integer AS n FROM task_run WHERE task_id = $1 AND user_id = $2 ORDER BY created DESC, id DESC',
      [taskId, users[0], ['submitted', 'n']],
    );
    const page = await list(`first: 5, taskId: "${taskId}"`, matching, users[0]);
    expect(page.scan).toEqual({ isComplete: false, scannedTo: expect.stringContaining(created(own[19].n)) });
  });

  it('counts up to its end', async () => {
    const countUpTo = async (args: string, filter: object) =>
      (await list('first: 1', filter, owner, `countUpTo${args} { count isExact }`)).countUpTo;
    expect(await countUpTo('', {})).toEqual({ count, isExact: true });
    expect(await countUpTo(`(max: ${count})`, {})).toEqual({ count, isExact: true });
    expect(await countUpTo(`(max: ${count - 1})`, {})).toEqual({ count: count - 1, isExact: false });
    expect(await countUpTo('(max: 100000)', { status: 'FAIL' })).toEqual({ count: count / 3, isExact: true });
    expect(await countUpTo('(max: 3)', everyRun)).toEqual({ count: 3, isExact: false });
    const { count: bound, isExact } = await countUpTo('', everyRun);
    expect([bound > 0 && bound < count, isExact]).toEqual([true, false]);
    expect(await countUpTo('', { ...everyRun, createdAfter: createdOf(235) })).toEqual({ count: 5, isExact: true });
  });

  it.each([0, -1, 100_001])('rejects a count up to %i', async (max) => {
    const { data, errors } = await gateway.ask(
      `{ taskRuns(${project}) { countUpTo(max: ${max}) { count } runAccess } }`,
      {
        as: owner,
      },
    );
    expect(data.taskRuns).toEqual({ countUpTo: null, runAccess: 'ALL' });
    expect(errors).toMatchObject([
      {
        message: `\`max\` must be between 1 and 100,000, not ${max}.`,
        path: ['taskRuns', 'countUpTo'],
        extensions: { reason: 'VALIDATION_FAILED', detail: [{ loc: ['max'] }] },
      },
    ]);
  });

  it('returns scan_complete over REST, and a cursor', async () => {
    const filter = encodeURIComponent(JSON.stringify({ response: matching.response }));
    for (const path of [`task/${otherTaskId}/run`, 'task_run']) {
      const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/${path}`;
      const numbers: number[] = [];
      const ends: boolean[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = `${url}?page_limit=5&filter=${filter}${cursor && `&cursor=${cursor}`}`;
        const { results, pagination } = (await (await requestRest(gateway, page, { as: owner })).json()) as RestPage<{
          run_data: { submitted: { n: number } };
        }>;
        numbers.push(...results.map(({ run_data }) => run_data.submitted.n));
        ends.push(pagination.scan_complete);
        expect(pagination.has_next).toBe(pagination.next_cursor !== null);
        cursor = pagination.next_cursor;
      }
      expect(numbers).toEqual(path === 'task_run' ? [101, 100] : [101]);
      expect(new Set(ends)).toEqual(new Set([false, true]));
      expect(ends.at(-1)).toBe(true);
    }
  });

  it('reports its end to agents', async () => {
    const response = await fetch(`${gateway.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await gateway.tokenFor(owner)}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
        params: { name: 'list_runs', arguments: { orgId, projectId, filter: matching } },
      }),
    });
    const { result } = (await response.json()) as ToolMessage;
    expect(JSON.parse(result.content[0].text).data.taskRuns).toMatchObject({
      nodes: [],
      pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
      scan: { isComplete: false, scannedTo: expect.any(String) },
    });
  });
});
