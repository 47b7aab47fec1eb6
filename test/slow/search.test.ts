// Words and values among many runs, compared with handwritten SQL: the results of the search index and of a scan.

import { arrangeJson, filterCases, withWords } from '../support/filter-cases.js';
import { arrangeManyRuns, generated } from '../support/generated-runs.js';
import { useOwnGateway } from '../support/start-gateway.js';

const { orgId, projectId, taskId, otherTaskId, owner, users } = generated;
const viewer = users[1];
const count = 50_000;
const maxFound = 10_000;
/** Five days, which contain 7,200 runs. */
const window = { createdAfter: '2025-03-10T00:00:00Z', createdBefore: '2025-03-15T00:00:00Z' };
const cases = filterCases
  .filter(({ filter }) => /"(search|eq|in)":/.test(JSON.stringify(filter)))
  .map((item) => [JSON.stringify(item.filter), item] as const);

describe(`searches (of ${count} runs)`, () => {
  const gateway = useOwnGateway({
    async arrange(database) {
      await arrangeManyRuns(database, count, () => database.query(arrangeJson, [[taskId, otherTaskId]]));
      await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [taskId, viewer]);
    },
  });

  /** Newest first: either all runs, or those that the viewer executed in the task. */
  async function byHand(sql: string, isViewer: boolean): Promise<string[]> {
    const rows = await gateway.query(
      `SELECT run.id FROM task_run AS run WHERE run.task_id = ANY ($1) AND ($2::uuid IS NULL OR run.user_id = $2)
         AND (${sql}) ORDER BY run.created DESC, run.id DESC`,
      [isViewer ? [taskId] : [taskId, otherTaskId], isViewer ? viewer : null],
    );
    return rows.map(({ id }: { id: string }) => id);
  }

  const scopeOf = (isViewer: boolean) =>
    `orgId: "${orgId}", projectId: "${projectId}"${isViewer ? `, taskId: "${taskId}"` : ''}`;
  const ask = (filter: object, isViewer: boolean) =>
    gateway.ask(
      `query ($filter: TaskRunFilter) {
        newest: taskRuns(${scopeOf(isViewer)}, filter: $filter, first: 100) { totalCount nodes { id } stats { runs } }
        oldest: taskRuns(${scopeOf(isViewer)}, filter: $filter, first: 100, orderBy: CREATED_ASC) { nodes { id } }
      }`,
      { as: isViewer ? viewer : owner, variables: { filter } },
    );

  async function expectFound(filter: object, expected: readonly string[], isViewer: boolean): Promise<void> {
    const { data, errors } = await ask(filter, isViewer);
    expect(errors).toBeUndefined();
    const { newest, oldest } = data;
    const idsOf = (nodes: readonly { id: string }[]) => nodes.map(({ id }) => id);
    expect(idsOf(newest.nodes)).toEqual(expected.slice(0, 100));
    expect(idsOf(oldest.nodes)).toEqual(expected.slice(-100).reverse());
    expect([newest.totalCount, newest.stats.runs]).toEqual([expected.length, expected.length]);
  }

  it.each(cases)(
    '%s: a page, the oldest, the count and statistics, in a window of time',
    async (_title, { filter, sql }) => {
      const inWindow = `(${sql}) AND run.created >= '${window.createdAfter}' AND run.created < '${window.createdBefore}'`;
      for (const isViewer of [false, true]) {
        await expectFound({ AND: [filter, window] }, await byHand(inWindow, isViewer), isViewer);
      }
    },
  );

  it.each(['17', '4711 order', 'Y800', 'order 4711 24482', 'absent'])('%s: without a window', async (search) => {
    const expected = await byHand(withWords(...search.split(' ')), false);
    expect(expected.length).toBeLessThanOrEqual(maxFound);
    await expectFound({ search }, expected, false);
  });

  it('find a word of more runs than the index is read for', async () => {
    const expected = await byHand(withWords('order'), false);
    expect(expected.length).toBeGreaterThan(maxFound);
    await expectFound({ search: 'order' }, expected, false);
  });

  it('find a value that more runs have', async () => {
    const filter = { submitted: [{ path: '/flag', eq: true }] };
    const expected = await byHand('run.run_data @> \'{"submitted": {"flag": true}}\'', false);
    expect(expected.length).toBeGreaterThan(maxFound);
    await expectFound(filter, expected, false);
  });
});
