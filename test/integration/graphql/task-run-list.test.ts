import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import type { RunNode } from '../../support/responses.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, owner, users } = generated;
const [viewer] = users;
const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;

describe('a list of task runs', () => {
  const gateway = useGateway({
    async arrange(database) {
      await arrangeGeneratedRuns(database);
      await database.query("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'viewer')", [
        projectId,
        viewer,
      ]);
    },
  });

  const list = async (args: string, selection = 'nodes { id created }', as: string = owner) =>
    (await gateway.dataOf(`{ taskRuns(${args}) { ${selection} } }`, { as })).taskRuns;
  const page = 'nodes { id created } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
  const place = ({ created, id }: { created: string; id: string }) => `${created} ${id}`;

  /** Reads all runs, page by page. */
  const walk = async (args: string, from: 'first' | 'last', size: number, as?: string) => {
    const pages: { id: string; created: string }[][] = [];
    let cursor = '';
    for (;;) {
      const { nodes, pageInfo } = await list(`${args}, ${from}: ${size}${cursor}`, page, as);
      pages.push(nodes);
      const hasMore = from === 'first' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage;
      if (!hasMore) return from === 'first' ? pages.flat() : pages.reverse().flat();
      cursor = from === 'first' ? `, after: "${pageInfo.endCursor}"` : `, before: "${pageInfo.startCursor}"`;
    }
  };

  it('begins with the newest of fifty runs, ties in the order of ids', async () => {
    const { nodes } = await list(project);
    expect(nodes).toHaveLength(50);
    expect(nodes.map(place)).toEqual(nodes.map(place).sort().reverse());
  });

  it.each([
    ['first', 'CREATED_DESC', 7],
    ['first', 'CREATED_ASC', 100],
    ['last', 'CREATED_DESC', 31],
    ['last', 'CREATED_ASC', 7],
  ] as const)('walked with %s in the order %s by %i contains every run once', async (from, order, size) => {
    for (const [args, count] of [
      [task, 120],
      [project, 240],
    ] as const) {
      const places = (await walk(`${args}, orderBy: ${order}`, from, size)).map(place);
      expect(new Set(places).size).toBe(count);
      const sorted = [...places].sort();
      expect(places).toEqual(order === 'CREATED_ASC' ? sorted : sorted.reverse());
    }
  });

  it.each([
    ['first', 'CREATED_DESC', ''],
    ['last', 'CREATED_DESC', ''],
    ['first', 'CREATED_ASC', ', filter: { minTotalTokens: 100 }'],
    ['last', 'CREATED_ASC', ', filter: { minTotalTokens: 100 }'],
  ] as const)(
    'walked with %s in the order %s%s by a caller who sees only own runs contains these, by one statement a page',
    async (...row) => {
      const [from, order, filter] = row;
      const all = await walk(`${task}, orderBy: ${order}${filter}`, 'first', 100);
      const { nodes } = await list(`${task}, first: 100${filter}, orderBy: ${order}`, 'nodes { id userId }');
      const { nodes: last } = await list(`${task}, last: 100${filter}, orderBy: ${order}`, 'nodes { id userId }');
      const own = new Set([...nodes, ...last].filter(({ userId }) => userId === viewer).map(({ id }) => id));
      expect(own.size).toBeGreaterThan(20);
      const before = await gateway.statements();
      expect(await walk(`${task}, orderBy: ${order}${filter}`, from, 7, viewer)).toEqual(
        all.filter(({ id }) => own.has(id)),
      );
      const { task_run_pages_by_task: pages, ...others } = await gateway.statements();
      expect(pages! - before.task_run_pages_by_task!).toBe(Math.ceil(own.size / 7));
      expect(others).toEqual({ ...before, task_run_pages_by_task: undefined });
    },
  );

  it('respects both cursors at once', async () => {
    const { edges } = await list(`${project}, first: 20`, 'edges { cursor node { id } }');
    const between = `after: "${edges[3].cursor}", before: "${edges[9].cursor}"`;
    const ids = edges.slice(4, 9).map(({ node }: { node: RunNode }) => node);
    expect(await list(`${project}, ${between}, first: 10`, 'nodes { id }')).toEqual({ nodes: ids });
    expect(await list(`${project}, ${between}, last: 2`, 'nodes { id }')).toEqual({ nodes: ids.slice(-2) });
  });

  it('describes in its page info where the page lies', async () => {
    const { edges, pageInfo } = await list(
      `${task}, first: 100`,
      `edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`,
    );
    expect(pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: edges[0].cursor,
      endCursor: edges[99].cursor,
    });
    const next = await list(`${task}, first: 100, after: "${pageInfo.endCursor}"`, page);
    expect(next.nodes).toHaveLength(20);
    expect(next.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const none = await list(`${task}, filter: { createdAfter: "2100-01-01T00:00:00Z" }`, page);
    expect(none).toEqual({
      nodes: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('returns a whole run as taskRun does', async () => {
    const run = `id taskId taskRevisionId response runData submitted created inputTokens outputTokens totalTokens
      inputProcessorTiming llmCallTiming chargedCredits isError llmRetries usedFallbackModel primaryFailureReason
      fallbackLlmModelId userId reportingGroupId reference contextId responseBytes responseN: response(path: "/n")
      runDataAt(path: "/submitted/n") reportingGroup { id name projectId } files { name direction }`;
    const { nodes } = await list(`${task}, first: 40`, `nodes { ${run} }`);
    const aliases = nodes.map(
      ({ id }: RunNode, index: number) => `r${index}: taskRun(${task}, id: "${id}") { ${run} }`,
    );
    expect(nodes).toEqual(Object.values(await gateway.dataOf(`{ ${aliases.join('\n')} }`, { as: owner })));
    expect(new Set(nodes.map(({ files }: RunNode) => files.length))).toEqual(new Set([0, 1]));
  });

  it('returns the creation of each run as taskRun does, to the microsecond', async () => {
    const { nodes } = await list(`${task}, first: 100`);
    const aliases = nodes.map(
      ({ id }: RunNode, index: number) => `r${index}: taskRun(${task}, id: "${id}") { id created }`,
    );
    expect(nodes).toEqual(Object.values(await gateway.dataOf(`{ ${aliases.join('\n')} }`, { as: owner })));
    expect(nodes.filter(({ created }: RunNode) => created.endsWith('0Z')).length).toBeGreaterThan(9);
  });

  it('counts only on request, and the whole list rather than the page', async () => {
    expect(await list(`${project}, first: 3`, 'totalCount')).toEqual({ totalCount: 240 });
    expect(await list(`${task}, filter: { status: FAIL }`, 'totalCount')).toEqual({ totalCount: 40 });
  });

  const statementsOf = (operation: string) => gateway.statementsOf(() => gateway.dataOf(operation, { as: owner }));

  it.each([1, 10, 100])('takes two statements for %i runs with relations, one more for a count', async (size) => {
    const runs = 'nodes { id response reportingGroup { name } files { name } }';
    const operation = (selection: string) => `{ taskRuns(${project}, first: ${size}) { ${selection} } }`;
    expect(await statementsOf(operation(runs))).toEqual({ task_run_scopes: 1, task_run_page: 1 });
    expect(await statementsOf(operation(`totalCount ${runs}`))).toEqual({
      task_run_scopes: 1,
      task_run_page: 1,
      task_run_count: 1,
    });
    expect(await statementsOf(operation('totalCount'))).toEqual({ task_run_scopes: 1, task_run_count: 1 });
  });

  it('looks the scope up once for two counts of one operation, and counts the same list once', async () => {
    const counts = [`filter: { status: FAIL }`, 'first: 1', 'first: 2'].map(
      (args, index) => `c${index}: taskRuns(${task}, ${args}) { totalCount }`,
    );
    expect(await statementsOf(`{ ${counts} }`)).toEqual({ task_run_scopes: 1, task_run_count: 2 });
  });

  it('takes one statement for a page of a task, also with a filter or JSON Pointers, and one more for a count', async () => {
    const pages = [
      [', filter: { status: FAIL }', 'nodes { id response }'],
      ['', 'nodes { id label: response(path: "/label") }'],
      [
        ', filter: { hasFiles: true }, orderBy: CREATED_ASC',
        'nodes { n: runDataAt(path: "/submitted/n") files { name } }',
      ],
    ] as const;
    for (const [args, selection] of pages) {
      const operation = (more = '') => `{ taskRuns(${task}, first: 9${args}) { ${selection} ${more} } }`;
      expect(await statementsOf(operation())).toEqual({ task_run_pages_by_task: 1 });
      expect(await statementsOf(operation('totalCount'))).toEqual({ task_run_pages_by_task: 1, task_run_count: 1 });
    }
  });

  it.each([
    ['task', task, { task_run_pages_by_task: 1, task_run_count: 1 }],
    ['project', project, { task_run_scopes: 1, task_run_page: 1, task_run_count: 1 }],
  ])('reads the same page of a %s once under several names, for all that they select', async (_, path, statements) => {
    const operation = `{
      a: taskRuns(${path}, first: 9) { nodes { id response } }
      b: taskRuns(first: 9, ${path}) { totalCount }
      c: taskRuns(${path}, first: 9) { nodes { reportingGroup { name } n: runDataAt(path: "/submitted/n") } totalCount }
      d: taskRuns(${path}, first: 9) { edges { node { files { name } label: response(path: "/label") } } }
    }`;
    expect(await statementsOf(operation)).toEqual(statements);
    const { a, b, c, d } = await gateway.dataOf(operation, { as: owner });
    expect(b).toEqual({ totalCount: c.totalCount });
    for (const [index, { response }] of a.nodes.entries()) {
      expect(c.nodes[index].n).toBe(response.n);
      expect(d.edges[index].node.label).toBe(response.label);
    }
  });

  it('takes one statement for a page of a whole task with relations and JSON', async () => {
    const runs = `nodes { id response submitted responseBytes reportingGroup { name } files { name } }`;
    for (const place of ['first: 100', 'last: 3', 'first: 7, orderBy: CREATED_ASC']) {
      expect(await statementsOf(`{ taskRuns(${task}, ${place}) { ${runs} } }`)).toEqual({ task_run_pages_by_task: 1 });
    }
  });

  it('returns every range of a whole task, in any sequence or all at once', async () => {
    const all = await walk(task, 'first', 100);
    const { edges } = await list(`${task}, first: 100`, 'edges { cursor node { id } }');
    const ascending = await list(`${task}, first: 100, orderBy: CREATED_ASC`, 'edges { cursor node { id } }');
    const orders = [
      { order: 'CREATED_DESC', ids: all.map(({ id }) => id), cursors: edges },
      { order: 'CREATED_ASC', ids: all.map(({ id }) => id).reverse(), cursors: ascending.edges },
    ];
    const cases = orders.flatMap(({ order, ids, cursors }) =>
      (['first', 'last'] as const).flatMap((from) =>
        [[], [20], [undefined, 60], [20, 60]].map(([after, before]) => {
          const expectedIds = ids.slice(after === undefined ? 0 : after + 1, before);
          const bounds = [
            ...(after === undefined ? [] : [`, after: "${cursors[after].cursor}"`]),
            ...(before === undefined ? [] : [`, before: "${cursors[before].cursor}"`]),
          ];
          return {
            args: `${task}, orderBy: ${order}, ${from}: 7${bounds.join('')}`,
            ids: from === 'first' ? expectedIds.slice(0, 7) : expectedIds.slice(-7),
          };
        }),
      ),
    );
    const answered = async ({ args }: { args: string }) =>
      (await list(args, 'nodes { id }')).nodes.map(({ id }: { id: string }) => id);
    for (const sequence of [cases, cases.toReversed()]) {
      for (const each of sequence) expect([each.args, await answered(each)]).toEqual([each.args, each.ids]);
    }
    expect(await Promise.all([...cases, ...cases].map(answered))).toEqual([...cases, ...cases].map(({ ids }) => ids));
  });

  it('returns a page of a whole task equal to the same page with a filter for all runs, and to single runs', async () => {
    const fields = `id orgId taskId created response runData submitted responseBytes chargedCredits llmCallTiming
      isError reference userId reportingGroup { id name } files { name sizeBytes downloadUrl }`;
    const page = `edges { cursor node { ${fields} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;
    const stripLinks = (answer: unknown) => JSON.parse(JSON.stringify(answer).replaceAll(/\?[^"]*"/g, '"'));
    const places = ['first: 100', 'last: 30', 'first: 7, orderBy: CREATED_ASC', 'last: 5, orderBy: CREATED_ASC'];
    for (const place of places) {
      const { edges, pageInfo } = stripLinks(await list(`${task}, ${place}`, page));
      const filtered = stripLinks(await list(`${task}, ${place}, filter: { minTotalTokens: 0 }`, page));
      expect(edges.map(({ node }: { node: unknown }) => node)).toEqual(
        filtered.edges.map(({ node }: { node: unknown }) => node),
      );
      expect(pageInfo).toMatchObject({
        hasNextPage: filtered.pageInfo.hasNextPage,
        hasPreviousPage: filtered.pageInfo.hasPreviousPage,
      });
      const { node } = edges[edges.length >> 1];
      const { taskRun } = await gateway.dataOf(`{ taskRun(${task}, id: "${node.id}") { ${fields} } }`, { as: owner });
      expect(stripLinks(taskRun)).toEqual(node);
    }
  });
});
