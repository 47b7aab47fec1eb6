// Rows that the tables once allowed: each costs no more than its own value, or its own run, through every entry point.

import { runColumns } from '../../../src/task-runs/columns/run-columns.js';
import { requestEntities } from '../../support/entities.js';
import type { GraphqlResponse } from '../../support/graphql-client.js';
import { arrangeOddRows, type OddRun, odd, oddGroup, oddId, oddRuns } from '../../support/odd-rows.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, owner: as } = odd;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const task = `${project}, taskId: "${taskId}"`;
const fields = `${runColumns.map(({ propertyName }) => propertyName).join(' ')}
  reportingGroup { id created modified } files { name sizeBytes created }`;

/** Paths of errors below each run; an empty path where the run itself is lost. */
const errorsOf: Readonly<Record<OddRun, readonly string[]>> = {
  ...{ plain: [], jsonList: [], manyRetries: [], negative: [] },
  jsonNull: ['runData'],
  ...{ never: ['created'], always: ['created'], far: ['created'], ancient: ['created'], ancientToo: ['created'] },
  ...{ nanCredits: ['chargedCredits'], infiniteCredits: ['chargedCredits'] },
  ...{ nanTiming: ['llmCallTiming'], infiniteTiming: ['inputProcessorTiming'] },
  oddFile: ['files.0.created'],
  oddGroup: ['reportingGroup.created'],
};
const isLost = (run: OddRun) => errorsOf[run].some((path) => ['runData', 'created'].includes(path));
const isWhole = (run: OddRun) => errorsOf[run].length === 0;
const newestFirst: OddRun[] = [
  ...['never', 'far', 'oddGroup', 'oddFile', 'negative', 'manyRetries', 'infiniteTiming', 'nanTiming'],
  ...['infiniteCredits', 'nanCredits', 'jsonList', 'jsonNull', 'plain', 'ancientToo', 'ancient', 'always'],
] as OddRun[];

describe('odd rows', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ arrange: arrangeOddRows });
  });
  afterAll(() => gateway.close());

  /** The error at each place below the runs; all are of the one kind. */
  const placesOf = ({ errors = [] }: GraphqlResponse): string[] => {
    for (const { extensions, message } of errors) {
      expect(extensions).toEqual({ code: 'UNPROCESSABLE_ENTITY', status: 422, reason: 'UNREADABLE_VALUE' });
      expect(message).toBe('A stored value is beyond what its field can show.');
    }
    return errors.map(({ path }) => path!.join('.')).sort();
  };
  const placesIn = (runs: readonly OddRun[], placeOf: (index: number) => string) =>
    runs.flatMap((run, index) => errorsOf[run].map((path) => `${placeOf(index)}.${path}`)).sort();
  const idsOf = (runs: readonly ({ readonly id: string } | null)[]) => runs.map((run) => run?.id ?? null);
  const shownIds = (runs: readonly OddRun[]) => runs.map((run) => (isLost(run) ? null : oddId(run)));

  it.each(oddRuns)('cost taskRun no more than its own value: %s', async (run) => {
    const answer = await gateway.ask(`{ taskRun(${task}, id: "${oddId(run)}") { ${fields} } }`, { as });
    expect(answer.status).toBe(200);
    expect(placesOf(answer)).toEqual(placesIn([run], () => 'taskRun'));
    expect(idsOf([answer.data.taskRun])).toEqual(shownIds([run]));
  });

  it('cost nothing where their odd values are not selected', async () => {
    const all = oddRuns.map((run, index) => `r${index}: taskRun(${task}, id: "${oddId(run)}") { id submitted }`);
    const data = await gateway.dataOf(`{ ${all.join(' ')} }`, { as });
    expect(idsOf(Object.values(data))).toEqual(oddRuns.map(oddId));
  });

  it.each([
    ['a task', task],
    ['a project', project],
  ])('cost a page of %s no more than their own runs, whose edges keep their cursors', async (_scope, scope) => {
    const answer = await gateway.ask(
      `{ taskRuns(${scope}) { nodes { ${fields} } edges { cursor node { ${fields} } } } }`,
      {
        as,
      },
    );
    expect(placesOf(answer)).toEqual(
      [
        ...placesIn(newestFirst, (index) => `taskRuns.nodes.${index}`),
        ...placesIn(newestFirst, (index) => `taskRuns.edges.${index}.node`),
      ].sort(),
    );
    const { nodes, edges } = answer.data.taskRuns;
    expect(idsOf(nodes)).toEqual(shownIds(newestFirst));
    expect(edges.map(({ node }: any) => node)).toEqual(nodes);
    expect(new Set(edges.map(({ cursor }: any) => cursor)).size).toBe(oddRuns.length);
  });

  it.each([
    ['task', 'CREATED_DESC', 'first', 'after', 'endCursor'],
    ['task', 'CREATED_ASC', 'first', 'after', 'endCursor'],
    ['task', 'CREATED_DESC', 'last', 'before', 'startCursor'],
    ['project', 'CREATED_DESC', 'first', 'after', 'endCursor'],
    ['project', 'CREATED_ASC', 'last', 'before', 'startCursor'],
  ])('each appear once in a walk through a %s in the order %s by %s', async (of, orderBy, size, side, end) => {
    const scope = of === 'task' ? task : project;
    const ids: string[] = [];
    for (let cursor: string | null = null, pages = 0; pages <= oddRuns.length; pages += 1) {
      const where: string = cursor === null ? '' : `, ${side}: "${cursor}"`;
      const query = `{ taskRuns(${scope}, orderBy: ${orderBy}, ${size}: 1${where}) { nodes { id } pageInfo { ${end} } } }`;
      const { taskRuns } = await gateway.dataOf(query, { as });
      if (taskRuns.nodes.length === 0) break;
      ids.push(taskRuns.nodes[0].id);
      cursor = taskRuns.pageInfo[end];
    }
    const inOrder = newestFirst.map(oddId);
    expect(ids).toEqual((orderBy === 'CREATED_DESC') === (size === 'first') ? inOrder : inOrder.reverse());
  });

  it('cost taskRunsByIds no more than their own values and runs', async () => {
    const ids = JSON.stringify(oddRuns.map(oddId));
    const answer = await gateway.ask(`{ taskRunsByIds(${task}, ids: ${ids}) { ${fields} } }`, { as });
    expect(placesOf(answer)).toEqual(placesIn(oddRuns, (index) => `taskRunsByIds.${index}`));
    expect(idsOf(answer.data.taskRunsByIds)).toEqual(shownIds(oddRuns));
  });

  it('cost _entities no more than their own values and runs, and a reporting group of its own', async () => {
    const groups = [{ __typename: 'ReportingGroup', id: oddGroup }];
    const runs = oddRuns.map((run) => ({ __typename: 'TaskRun', id: oddId(run) }));
    const fragments = `... on TaskRun { ${fields} } ... on ReportingGroup { name groupCreated: created }`;
    const answer = await requestEntities(gateway, [...runs, ...groups], fragments, { as });
    expect(placesOf(answer)).toEqual(
      [...placesIn(oddRuns, (index) => `_entities.${index}`), `_entities.${oddRuns.length}.groupCreated`].sort(),
    );
    expect(idsOf(answer.data._entities)).toEqual([...shownIds(oddRuns), null]);
  });

  it('return 422 over REST one by one, and null in a page, exactly where GraphQL returns an error', async () => {
    for (const run of oddRuns) {
      const response = await requestRest(gateway, runUrl(gateway, { orgId, projectId, taskId, id: oddId(run) }), {
        as,
      });
      const { id = null, detail } = (await response.json()) as any;
      const rejection = { message: 'A stored value is beyond what its field can show.', reason: 'UNREADABLE_VALUE' };
      expect([run, response.status, id, detail]).toEqual(
        isWhole(run) ? [run, 200, oddId(run), undefined] : [run, 422, null, rejection],
      );
    }
    const response = await requestRest(gateway, runUrl(gateway, { orgId, projectId, taskId, id: '' }).slice(0, -1), {
      as,
    });
    expect(response.status).toBe(200);
    const { results } = (await response.json()) as any;
    expect(idsOf(results)).toEqual(newestFirst.map((run) => (isWhole(run) ? oddId(run) : null)));
  });

  it('each appear once in a walk through REST pages', async () => {
    const url = runUrl(gateway, { orgId, projectId, taskId, id: '' }).slice(0, -1);
    let readCount = 0;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const where: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const response = await requestRest(gateway, `${url}?page_limit=3${where}`, { as });
      const page: any = await response.json();
      readCount += page.results.length;
      cursor = page.pagination.next_cursor;
    }
    expect(readCount).toBe(oddRuns.length);
  });

  it('leave statistics with what can be summed up, and name the sum that exceeds an Int', async () => {
    const measures = `runs retriesTotal inputTokens chargedCredits
      llmCallTiming { count avg min max p50 p99 } inputProcessorTiming { count avg min max p50 p99 }`;
    const count = oddRuns.length;
    const timing = (value: number) => ({
      count: count - 1,
      avg: value,
      min: value,
      max: value,
      p50: value,
      p99: value,
    });
    const answer = await gateway.ask(
      `{ taskRunStats(${task}) { retries ${measures} byRevision: groupBy(dimension: REVISION) { runs } byReportingGroup: groupBy(dimension: REPORTING_GROUP) { reportingGroup { name created } }
         buckets(by: DAY) { start runs } week: buckets(by: WEEK, timeZone: "Asia/Tokyo") { start ${measures} } } }`,
      { as },
    );
    expect(placesOf(answer)).toEqual([
      'taskRunStats.byReportingGroup.1.reportingGroup.created',
      'taskRunStats.retries',
    ]);
    const { taskRunStats } = answer.data;
    expect(taskRunStats).toMatchObject({
      runs: count,
      retries: null,
      retriesTotal: String(2 ** 31 - 1 + count - 1),
      inputTokens: String(count - 1 - 5),
      chargedCredits: (1.5 * (count - 2)).toFixed(2),
      llmCallTiming: timing(1.5),
      inputProcessorTiming: timing(0.5),
      byRevision: [{ runs: count }],
      buckets: [{ start: '2025-01-01T00:00:00.000000Z', runs: count - 5 }],
      week: [{ start: '2024-12-29T15:00:00.000000Z', runs: count - 5 }],
    });
  });

  it('count in retries where the sum is an Int', async () => {
    const filter = 'filter: { createdBefore: "2025-01-01T00:00:02Z", createdAfter: "2025-01-01T00:00:00Z" }';
    const { taskRunStats } = await gateway.dataOf(`{ taskRunStats(${task}, ${filter}) { retries retriesTotal } }`, {
      as,
    });
    expect(taskRunStats).toEqual({ retries: 2, retriesTotal: '2' });
  });

  it('leave durations whose sums or quotients would exceed a double out of the figures', async () => {
    const [otherTask, first, second] = [oddId('plain'), oddId('far'), oddId('never')];
    await gateway.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Extreme')", [otherTask, projectId]);
    const run = `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, llm_call_timing)
      VALUES ($1, $2, $2, '{}', now(), 1, 2, 3, $3)`;
    // The ids of runs are unique in the table, those of tasks in theirs.
    const extremes: [string, number][] = [
      [first.replace(/..$/, 'fe'), 1.7976931348623157e308],
      [second.replace(/..$/, 'ff'), 5e-324],
    ];
    for (const [id, timing] of extremes) await gateway.query(run, [id, otherTask, timing]);
    const scope = `${project}, taskId: "${otherTask}"`;
    const { taskRunStats } = await gateway.dataOf(
      `{ taskRunStats(${scope}) { runs tokensPerSecond llmCallTiming { count avg min max p50 } } }`,
      { as },
    );
    const figures = { avg: 0, min: 5e-324, max: 5e-324, p50: 5e-324 };
    expect(taskRunStats).toEqual({ runs: 2, tokensPerSecond: null, llmCallTiming: { count: 1, ...figures } });
    await gateway.query('DELETE FROM task_run WHERE task_id = $1', [otherTask]);
    await gateway.query('DELETE FROM task WHERE id = $1', [otherTask]);
  });

  it('identify themselves in the log, by what is odd and its owner', async () => {
    const causes = (await gateway.logLines()).flatMap(
      ({ err }) => (err as { message?: string } | undefined)?.message ?? [],
    );
    expect(causes).toEqual(
      expect.arrayContaining([
        `chargedCredits of ${oddId('nanCredits')} is NaN.`,
        `runData of ${oddId('jsonNull')} is null.`,
        `created of ${oddId('never')} is infinity.`,
        `created of ${oddId('oddFile')} 0 is infinity.`,
      ]),
    );
  });
});
