import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import type { RestChange, RestPage, RestRun } from '../../support/responses.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const as = demoSubjects.viewer;

describe('the changes of runs over REST', () => {
  const gateway = useGateway({ clock: { at: 1_800_000_000_000 } });
  const project = () => `${gateway.url}/api/v1/org/${orgId}/project/${projectId}`;
  const page = async (query: string, path = `task/${taskId}/run/changes`) => {
    const response = await requestRest(gateway, `${project()}/${path}${query}`, { as });
    return { status: response.status, ...((await response.json()) as RestPage<RestChange & { cursor: string }>) };
  };

  it('include, page by page, all runs of a task, each as a single read returns it', async () => {
    const changes: RestChange[] = [];
    let after = '';
    for (let hasNext = true; hasNext; ) {
      const { results, pagination } = await page(`?page_limit=40${after && `&after=${after}`}`);
      changes.push(...results);
      expect(pagination).toEqual({ next_cursor: expect.any(String), has_next: results.length === 40, page_limit: 40 });
      after = pagination.next_cursor!;
      hasNext = pagination.has_next;
    }
    const list = (await (await requestRest(gateway, `${project()}/task/${taskId}/run`, { as })).json()) as RestPage;
    expect(changes.map(({ run }) => run.id).sort()).toEqual(list.results.map(({ id }: RestRun) => id).sort());
    for (const { run } of changes.slice(0, 5)) {
      expect(run).toEqual(
        await (await requestRest(gateway, runUrl(gateway, { ...demoPlaces.richRun, id: run.id }), { as })).json(),
      );
    }
    expect(await page(`?after=${after}`)).toMatchObject({ results: [], pagination: { has_next: false } });
  });

  it('go on over GraphQL, and the other way round', async () => {
    const first = await page('?page_limit=3');
    const { taskRunChanges } = await gateway.dataOf(
      `{ taskRunChanges(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", first: 2, after: "${first.results[0]!.cursor}") {
        changes { cursor previousCursor run { id } } endCursor hasMore } }`,
      { as },
    );
    expect(taskRunChanges.changes).toEqual(
      [1, 2].map((index) => ({
        cursor: first.results[index]!.cursor,
        previousCursor: first.results[index - 1]!.cursor,
        run: { id: first.results[index]!.run.id },
      })),
    );
    expect(taskRunChanges).toMatchObject({ endCursor: first.results[2]!.cursor, hasMore: true });
    const rest = await page(`?page_limit=1&after=${taskRunChanges.endCursor}`);
    const fourth = await page('?page_limit=4');
    expect(rest.results).toEqual([fourth.results[3]]);
  });

  it('include those of all tasks of a project', async () => {
    const { results } = await page('?page_limit=100', 'task_run/changes');
    expect(new Set(results.map(({ run }: RestChange) => run.task_id)).size).toBeGreaterThan(1);
  });

  it.each([
    ['a cursor of another kind', '?after=nonsense', 422, ['query', 'after']],
    ['a page that is too long', '?page_limit=101', 422, ['query', 'page_limit']],
    ['an empty page', '?page_limit=0', 422, ['query', 'page_limit']],
  ])('fail for %s', async (_what, query, status, loc) => {
    expect(await page(query)).toMatchObject({ status, detail: [{ loc }] });
  });

  it('fail behind a cursor of another epoch with the status of the catalogue', async () => {
    const of = Buffer.from(`1 ${orgId}`).toString('base64url');
    expect(await page(`?after=${of}`)).toMatchObject({ status: 422, detail: { reason: 'CURSOR_EXPIRED' } });
    const { errors } = await gateway.ask(
      `{ taskRunChanges(orgId: "${orgId}", projectId: "${projectId}", after: "${of}") { endCursor } }`,
      { as },
    );
    expect(errors).toMatchObject([{ path: ['taskRunChanges'], extensions: { code: 'CURSOR_EXPIRED', status: 422 } }]);
  });

  it('cost two statements', async () => {
    const statements = await gateway.statementsOf(() => page('?page_limit=100'));
    expect(statements).toEqual({ task_run_change_scopes: 1, task_run_changes: 1 });
  });
});
