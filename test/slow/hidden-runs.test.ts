// Two databases that differ only in runs that the callers may not see: none, and 5,000 with the references, contexts,
// groups, users, words and JSON that filters search for. Through every API, filter and order, a caller gets the same
// bytes from both, after the same statements and for the same estimated cost. Cursors are encrypted, so they are masked
// here.

import type { GraphQLEnumType } from 'graphql';
import { createRunCounts } from '../../src/admission/run-counts.js';
import { committedSchema, enumValues } from '../support/committed-schema.js';
import type { Queries } from '../support/databases.js';
import { eventsOf, nextEvent } from '../support/event-stream-client.js';
import { arrangeJson, filterCases } from '../support/filter-cases.js';
import { amount } from '../support/generated.js';
import { arrangeManyRuns, generated } from '../support/generated-runs.js';
import { idOf } from '../support/permission-world.js';
import { type Gateway, type GatewayOptions, useOwnGateway } from '../support/start-gateway.js';

const { orgId, projectId, groups } = generated;
const tasks = { own: generated.taskId, none: generated.otherTaskId, whole: idOf(1990) };
const callers = {
  'sees all runs of a task, its own of another, and none of a third': idOf(1991),
  'sees its own runs of all tasks': idOf(1992),
  'has executed no run of the tasks that it may view': idOf(1993),
  'has no role': idOf(1994),
  'views tasks with a subject that executes no runs': 'no-id-of-a-user',
};
const [mixed, own, empty, , noUser] = Object.values(callers) as [string, string, string, string, string];
/** Numbers of runs, modulo 250: those of the first two callers, and those of the task that is completely visible. */
const visible = { mixed: [0, 1, 2], own: [3, 4, 5], whole: [6] };
const count = 5257;
/**
 * Returns whether a combination, numbered by the sum of its members' indexes, is among those tested: a quarter, or all.
 */
const isWalked = (combination: number) => combination % amount(4, 1) === 0;
const hidden = `input_tokens % 250 > 6 AND task_id = ANY ('{${tasks.own},${tasks.none}}')`;

async function arrange(database: Queries, hasHidden: boolean): Promise<void> {
  await arrangeManyRuns(database, count, async () => {
    await database.query(arrangeJson, [[tasks.own, tasks.none]]);
    await database.query(
      `INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Whole', 'all_viewers')`,
      [tasks.whole, projectId],
    );
    for (const [task, user] of [
      [tasks.own, mixed],
      [tasks.whole, mixed],
      [tasks.own, own],
      [tasks.none, own],
      [tasks.own, empty],
      [tasks.none, empty],
      [tasks.own, noUser],
      [tasks.none, noUser],
    ]) {
      await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [task, user]);
    }
    // Uses one transaction for all runs, so that cursors are in the same order in both databases.
    await database.query(
      `UPDATE task_run SET created = '2025-03-01T00:00:00Z'::timestamptz + input_tokens * interval '40 seconds',
         user_id = CASE WHEN input_tokens % 250 = ANY ($1) THEN $2::uuid WHEN input_tokens % 250 = ANY ($3) THEN $4::uuid ELSE user_id END,
         task_id = CASE WHEN input_tokens % 250 = ANY ($5) THEN $6::uuid ELSE task_id END
       WHERE task_id = ANY ($7)`,
      [visible.mixed, mixed, visible.own, own, visible.whole, tasks.whole, [tasks.own, tasks.none]],
    );
    await database.query(
      `INSERT INTO resource_name
       SELECT DISTINCT $1::uuid, kind, named, kind || ' ' || named FROM task_run
       CROSS JOIN LATERAL (VALUES ('user', user_id), ('task_revision', task_revision_id)) AS resource (kind, named)
       WHERE named IS NOT NULL`,
      [orgId],
    );
    await database.query("UPDATE reporting_group SET created = '2025-01-01Z', modified = '2025-01-01Z'");
    if (!hasHidden) await database.query(`DELETE FROM task_run WHERE ${hidden}`);
  });
}

const environment = { MCP: 'on', MODEL_POINTER: 'response:/category' };

const signature = '($orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter';
const scope = 'orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter';
const page =
  'totalCount countUpTo(max: 30) { count isExact } scan { isComplete scannedTo } runAccess pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
/** Starts a gateway on each of the two databases for a describe, and returns functions that compare them. */
function useBoth(options: GatewayOptions) {
  const without = useOwnGateway({ ...options, arrange: (database) => arrange(database, false) });
  const withHiddenRuns = useOwnGateway({ ...options, arrange: (database) => arrange(database, true) });

  /** Replaces everything that may differ between any two gateways or moments. */
  const masked = (text: string, gateway: Gateway) =>
    text
      .replaceAll(gateway.url, 'http://gateway')
      .replace(/(expires|signature|subject)=[\w-]+/g, '')
      .replace(/(?<=expires\\*":\\*")[^"\\]+/g, 'TIME')
      .replace(/(?<=actualQueryCost\\*":)\d+/g, '0')
      .replace(/(?<![\w-])[\w-]{76}(?![\w-])/g, 'CURSOR');

  /** Errors of fields that are read at the same time are in the order in which they failed. */
  const withSortedErrors = (text: string) => {
    if (!text.startsWith('{"errors":')) return text;
    const { errors, ...response } = JSON.parse(text);
    return JSON.stringify({ ...response, errors: errors.map((error: object) => JSON.stringify(error)).sort() });
  };

  interface Request {
    readonly path: string;
    readonly headers?: Record<string, string>;
    readonly body?: object;
    /** Reads the part before the client disconnects; if omitted, the whole response is read. */
    readonly read?: (response: Response) => Promise<string>;
  }

  const tokens = new Map<string, Promise<string>>();
  const tokenFor = (gateway: Gateway, as: string) => {
    const key = `${gateway.url} ${as}`;
    if (!tokens.has(key)) tokens.set(key, gateway.tokenFor(as));
    return tokens.get(key)!;
  };

  const answerOf = async (gateway: Gateway, as: string, { path, headers, body, read }: Request) => {
    const authorization = `Bearer ${await tokenFor(gateway, as)}`;
    let text = '';
    let status = 0;
    let watermark: string | null = null;
    const statements = await gateway.statementsOf(async () => {
      const controller = new AbortController();
      const response = await fetch(`${gateway.url}${path}`, {
        signal: controller.signal,
        headers: { authorization, 'x-cost': '1', ...(body && { 'content-type': 'application/json' }), ...headers },
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      });
      status = response.status;
      watermark = response.headers.get('x-watermark');
      text = read ? await read(response) : Buffer.from(await response.arrayBuffer()).toString('latin1');
      controller.abort();
    });
    // The number of polls for changes depends on time.
    const { task_run_change_poll: _polls, ...counted } = statements;
    return {
      status,
      watermark: watermark && masked(watermark, gateway),
      text: withSortedErrors(masked(text, gateway)),
      statements: counted,
      raw: text,
    };
  };

  /** @returns the response, which is the same from both */
  const expectSame = async (as: string, request: Request) => {
    const [onlyVisible, withHidden] = await Promise.all([
      answerOf(without, as, request),
      answerOf(withHiddenRuns, as, request),
    ]);
    const { raw: expectedText, ...expected } = onlyVisible;
    const { raw: receivedText, ...received } = withHidden;
    expect({ request, ...received }).toEqual({ request, ...expected });
    return [expectedText, receivedText] as const;
  };
  const graphql = (query: string, variables: object = {}): Request => ({
    path: '/graphql',
    body: { query, variables: { orgId, projectId, ...variables } },
  });

  return { without, withHiddenRuns, answerOf, expectSame, graphql };
}

describe('callers without permission to see runs', () => {
  const { without, withHiddenRuns, answerOf, expectSame, graphql } = useBoth({ environment });

  let hiddenIds: readonly string[] = [];
  beforeAll(async () => {
    const rows = await withHiddenRuns.query(
      `SELECT id, count(*) OVER ()::integer AS total FROM task_run WHERE ${hidden} ORDER BY id`,
    );
    expect(rows[0].total).toBeGreaterThan(5000);
    hiddenIds = rows.slice(0, 3).map(({ id }: { readonly id: string }) => id);
  });

  const orders = (committedSchema.getType('TaskRunOrder') as GraphQLEnumType).getValues().map(({ name }) => name);
  const filters: readonly Record<string, unknown>[] = [
    {},
    ...filterCases.map(({ filter }) => filter),
    { model: 'billing' },
    { NOT: { modelIn: ['billing', 'absent'] } },
    { search: 'order' },
    { search: 'billing y717' },
    { search: 'absent' },
    { reference: { in: ['100%_1500', '100x1501'] } },
    { contextId: { eq: 'context-8' } },
    { createdAfter: '2025-03-02T00:00:00Z', createdBefore: '2025-03-02T12:00:00Z' },
  ];
  const run = 'id response runData model created userId reference contextId files { name downloadUrl }';
  const measures = 'runs errors totalTokens chargedCredits llmCallTiming { count avg p50 p99 }';
  const splits = [
    'groupBy(dimension: REVISION) { value runs groupBy(dimension: REPORTING_GROUP) { value runs } }',
    ...[...enumValues('TaskRunDimension'), 'MODEL'].map((dimension) => {
      const path = ['RESPONSE', 'SUBMITTED', 'RUN_DATA'].includes(dimension) ? ', path: ""' : '';
      return `${dimension}: groupBy(dimension: ${dimension}${path}) { value json firstCreated lastCreated ${measures} }`;
    }),
    `buckets(by: DAY, withEmpty: true) { start ${measures} }`,
  ].join(' ');
  const everything = `query ${signature}) {
    list: taskRuns(${scope}, first: 5) { ${page} nodes { ${run} } stats { ${measures} } }
    last: taskRuns(${scope}, last: 3) { ${page} edges { cursor node { id next { id } previous { id } context { contextId totals { runs totalTokens } first { id } last { id } runs(first: 2) { totalCount nodes { id } } } } } }
    stats: taskRunStats(${scope}) { ${measures} ${splits} }
    changes: taskRunChanges(${scope}, first: 2) { changes { cursor previousCursor run { ${run} } } endCursor hasMore }
  }`;
  const taskIds = [tasks.own, tasks.none, tasks.whole, null];

  describe.each(Object.entries(callers))('a caller who %s', (_who, as) => {
    const caller = Object.values(callers).indexOf(as);

    it.each([tasks.own, null])(
      'gets the same lists, counts, statistics and changes of task %s by each filter',
      async (taskId) => {
        for (const [index, filter] of filters.entries()) {
          if (isWalked(index + caller * 2 + (taskId === null ? 1 : 0)))
            await expectSame(as, graphql(everything, { taskId, filter }));
        }
      },
      240_000,
    );

    it('gets the same of each task and of the whole project, by every order, page by page', async () => {
      const query = `query ${signature}, $orderBy: TaskRunOrder!, $after: String) {
        taskRuns(${scope}, orderBy: $orderBy, first: 20, after: $after) { ${page} nodes { id } } }`;
      for (const [task, taskId] of taskIds.entries()) {
        await expectSame(as, graphql(everything, { taskId }));
        for (const [order, orderBy] of orders.entries()) {
          if (!isWalked(order + task + caller)) continue;
          for (let after: string | null = null; ; ) {
            const variables = { taskId, orderBy, after, filter: { minTotalTokens: 20 } };
            const [text] = await expectSame(as, graphql(query, variables));
            const info = JSON.parse(text).data.taskRuns?.pageInfo;
            if (!info?.hasNextPage) break;
            after = info.endCursor;
          }
        }
      }
    }, 240_000);

    it.each([{}, { minTotalTokens: 9000 }, { search: 'order' }, { reference: { eq: 'absent' } }])(
      'gets the same number of pages of changes, with the same runs, by the filter %j',
      async (filter) => {
        const query = `query ${signature}, $after: String) {
          taskRunChanges(${scope}, first: 3, after: $after) { changes { run { id } } endCursor hasMore } }`;
        for (const taskId of taskIds) {
          const after: [string | null, string | null] = [null, null];
          for (let hasMore = true; hasMore; ) {
            const answers = await Promise.all(
              [without, withHiddenRuns].map((gateway, index) =>
                answerOf(gateway, as, graphql(query, { taskId, filter, after: after[index] })),
              ),
            );
            expect(answers[1]!.text).toBe(answers[0]!.text);
            expect(answers[1]!.statements).toEqual(answers[0]!.statements);
            const read = answers.map(({ raw }) => JSON.parse(raw).data.taskRunChanges);
            for (const [index, each] of read.entries()) after[index] = each?.endCursor;
            hasMore = read[0]?.hasMore ?? false;
          }
        }
      },
    );

    it('gets the same names of users and task revisions', async () => {
      const names = 'user { id name } taskRevision { id name }';
      for (const taskId of taskIds) {
        for (const field of [
          `taskRuns(${scope}, first: 100) { nodes { id ${names} } }`,
          `taskRunStats(${scope}) { users: groupBy(dimension: USER) { ${names} } revisions: groupBy(dimension: REVISION) { ${names} } }`,
        ])
          await expectSame(as, graphql(`query ${signature}) { ${field} }`, { taskId }));
      }
    });

    it('gets the same of runs by their ids, hidden or absent', async () => {
      const ids = [...hiddenIds, idOf(1), idOf(100_000), idOf(100_001)];
      for (const taskId of [tasks.own, tasks.none]) {
        await expectSame(
          as,
          graphql(
            `query ($orgId: ID!, $projectId: ID!, $taskId: ID!, $ids: [ID!]!, $id: ID!) {
              taskRunsByIds(orgId: $orgId, projectId: $projectId, taskId: $taskId, ids: $ids) { ${run} }
              taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) { ${run} runDataAt(path: "/submitted") } }`,
            { taskId, ids, id: ids[0] },
          ),
        );
        for (const id of ids) {
          const path = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/${id}`;
          await expectSame(as, { path });
          await expectSame(as, { path: `${path}/file/a.txt` });
        }
      }
      for (const id of ids) {
        const representations = [
          { __typename: 'TaskRun', id },
          { __typename: 'TaskRun', orgId, projectId, taskId: tasks.own, id },
          { __typename: 'ReportingGroup', id: groups[0] },
        ];
        const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
          ... on TaskRun { ${run} } ... on ReportingGroup { name } } }`;
        await expectSame(as, graphql(query, { representations }));
      }
    });

    it('gets the same lists, reports, exports and changes over REST', async () => {
      const project = `/api/v1/org/${orgId}/project/${projectId}`;
      const taskList = (taskId: string) => `${project}/task/${taskId}/run`;
      const lists = [taskList(tasks.own), taskList(tasks.none), `${project}/task_run`];
      const parameters = [
        '',
        'status=FAIL',
        'reference=100x1501',
        'context_id=context-8',
        'has_reference=true',
        'model_in=billing,absent',
        'search=order',
        `filter=${encodeURIComponent('{"context_id": {"eq": "context-4"}, "response": [{"path": "/category", "eq": "billing"}]}')}`,
      ];
      for (const [index, list] of lists.entries()) {
        for (const [parameter, each] of parameters.entries()) {
          if (each !== '' && !isWalked(parameter + index + caller)) continue;
          await expectSame(as, { path: `${list}?page_limit=3&${each}` });
          await expectSame(as, { path: `${list}/changes?page_limit=1&${each}` });
          for (const accept of ['application/x-ndjson', 'text/csv', 'application/vnd.apache.parquet']) {
            const path = `${list}/export?${each}&fields=core,usage,timing,io,files`;
            await expectSame(as, { path, headers: { accept } });
          }
        }
      }
      const dates = 'start_date=2025-03-01&end_date=2025-04-01';
      const reports = ['token_report', 'usage_report', 'timing_report', 'credit_report'];
      const paths = [tasks.own, tasks.none].flatMap((task) => reports.map((name) => `${project}/task/${task}/${name}`));
      for (const path of [...paths, `${project}/usage_report`, `${project}/timing_report`]) {
        await expectSame(as, { path: `${path}?${dates}` });
      }
      await expectSame(as, { path: '/api/v1/whoami' });
    }, 240_000);

    it('gets the same runs from streams, and nothing more', async () => {
      const query = `subscription ${signature}, $after: String) { taskRunChanged(${scope}, after: $after) { cursor previousCursor run { id } } }`;
      const start = async (gateway: Gateway) => {
        const { data } = await gateway.ask(
          `query { taskRunChanges(orgId: "${orgId}", projectId: "${projectId}", taskId: "${tasks.own}", first: 1) { changes { cursor } } }`,
          { as },
        );
        return data?.taskRunChanges?.changes[0]?.cursor;
      };
      const firstEvents = async (response: Response) => {
        if (!response.headers.get('content-type')!.startsWith('text/event-stream')) return response.text();
        const events = eventsOf(response);
        const read = [];
        for (let left = 5; left > 0; left -= 1) read.push(await nextEvent(events));
        return JSON.stringify(read);
      };
      for (const filter of [{}, { reference: { startsWith: '100' } }]) {
        const read = async (gateway: Gateway) => {
          const after = await start(gateway);
          if (after === undefined) return null;
          const request = graphql(query, { taskId: tasks.own, filter, after });
          const stream = { ...request, headers: { accept: 'text/event-stream' }, read: firstEvents };
          return (await answerOf(gateway, as, stream)).text;
        };
        expect(await read(withHiddenRuns)).toBe(await read(without));
      }
      const rest = `/api/v1/org/${orgId}/project/${projectId}/task/${tasks.own}/run/changes`;
      const first = async (response: Response) =>
        response.ok ? JSON.stringify(await nextEvent(eventsOf(response))) : response.text();
      await expectSame(as, { path: rest, headers: { accept: 'text/event-stream' }, read: first });
    });

    it('gets the same from the tools of agents, and the same explanations of costs', async () => {
      for (const filter of [{}, { reference: { startsWith: '100%' } }, { search: 'order' }]) {
        const body = {
          ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
          params: { name: 'list_runs', arguments: { orgId, projectId, taskId: tasks.own, filter, first: 5 } },
        };
        await expectSame(as, { path: '/mcp', body, headers: { accept: 'application/json, text/event-stream' } });
        await expectSame(as, { ...graphql(everything, { filter }), path: '/graphql?explain=cost' });
      }
    });
  });

  it('pay the same for the statistics of either database', async () => {
    // Times are rounded according to their age. At other moments, the newest runs of the two databases could be on
    // different sides of a limit.
    const now = Date.UTC(2026, 11, 6);
    const [onlyVisible, withHidden] = await Promise.all(
      [without, withHiddenRuns].map(async (gateway) => {
        const counts = createRunCounts({ run: ({ text }) => gateway.query(text) }, () => now);
        await counts.read();
        return counts.current();
      }),
    );
    expect(withHidden).toEqual(onlyVisible);
  });

  it('keep waiting while hidden runs change', async () => {
    const query = `query ${signature}, $after: String) { taskRunChanges(${scope}, after: $after, wait: 3) { changes { run { id } } endCursor hasMore } }`;
    const waitFor = async (as: string, act: () => Promise<unknown>) => {
      const variables = { taskId: tasks.own, filter: { search: 'absent' } };
      let after: string | null = null;
      for (let hasMore = true; hasMore; ) {
        const read = (await withHiddenRuns.dataOf(query.replace('wait: 3', 'wait: 0'), {
          as,
          variables: { orgId, projectId, ...variables, after },
        })) as { taskRunChanges: { endCursor: string; hasMore: boolean } };
        ({ endCursor: after, hasMore } = read.taskRunChanges);
      }
      let isOver = false;
      return withHiddenRuns.statementsOf(async () => {
        const waiting = withHiddenRuns.dataOf(query, { as, variables: { orgId, projectId, ...variables, after } });
        void waiting.finally(() => {
          isOver = true;
        });
        while (!isOver) await act();
        await waiting;
      });
    };
    const read = () => withHiddenRuns.query('SELECT 1');
    const [{ id }] = await withHiddenRuns.query(`SELECT id FROM task_run WHERE ${hidden} AND task_id = $1 LIMIT 1`, [
      tasks.own,
    ]);
    const write = () =>
      withHiddenRuns.query('UPDATE task_run SET llm_retries = coalesce(llm_retries, 0) + 1 WHERE id = $1', [id]);
    const { task_run_change_poll: _idlePolls, ...idle } = await waitFor(empty, read);
    const { task_run_change_poll: _polls, ...busy } = await waitFor(empty, write);
    expect(busy).toEqual(idle);
  });
});

describe('callers without permission to see runs, where scans end after ten', () => {
  const { expectSame, graphql } = useBoth({ maxScannedRuns: 10 });

  it.each(Object.entries(callers))(
    'get pages that end at the same runs: %s',
    async (_who, as) => {
      const query = (
        argument: string,
        cursor: string,
      ) => `query ${signature}, $orderBy: TaskRunOrder!, $cursor: String) {
      taskRuns(${scope}, orderBy: $orderBy, ${argument}: 5, ${cursor}: $cursor) { ${page} nodes { id } } }`;
      let incomplete = 0;
      for (const filter of [
        { hasReference: true },
        { NOT: { contextId: { eq: 'context-8' } } },
        { response: [{ path: '/category', eq: 'billing' }] },
        { submitted: [{ path: '/n', lt: '0' }] },
        { search: 'order' },
        { minTotalTokens: 1_000_000 },
        { primaryFailureReasonContains: '5', status: 'FAIL' },
        { userId: own, OR: [{ minChargedCredits: '30' }, { NOT: { taskRevisionId: idOf(1) } }] },
      ]) {
        for (const [argument, cursor] of [
          ['first', 'after'],
          ['last', 'before'],
        ] as const) {
          for (const taskId of [tasks.own, null]) {
            for (let at: string | null = null; ; ) {
              const variables = { taskId, orderBy: 'CREATED_DESC', filter, cursor: at };
              const [text] = await expectSame(as, graphql(query(argument, cursor), variables));
              const list = JSON.parse(text).data.taskRuns;
              if (list?.scan.isComplete === false) incomplete += 1;
              const { hasNextPage, hasPreviousPage, endCursor, startCursor } = list?.pageInfo ?? {};
              if (!(argument === 'first' ? hasNextPage : hasPreviousPage)) break;
              at = argument === 'first' ? endCursor : startCursor;
            }
          }
        }
      }
      if (as === mixed || as === own) expect(incomplete).toBeGreaterThan(20);
    },
    240_000,
  );
});
