import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import type { RestError, RestPage, RestRun } from '../../support/responses.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const { richRun, executorRun } = demoPlaces;
const as = demoSubjects.viewer;

describe("a task's runs over REST", () => {
  const gateway = useGateway({ clock: { at: 1_800_000_000_000 } });
  const ask = (
    query = '',
    options: Parameters<typeof requestRest>[2] = { as },
    path: typeof richRun | typeof executorRun = richRun,
  ) => requestRest(gateway, `${runUrl(gateway, { ...path, id: '' }).slice(0, -1)}${query}`, options);
  const page = async (query: string): Promise<RestPage> => {
    const response = await ask(query);
    expect(response.status).toBe(200);
    return (await response.json()) as RestPage;
  };

  it('come newest first, a hundred at most, each as a single read returns it', async () => {
    const { results, pagination } = await page('');
    expect(results.length).toBeGreaterThan(50);
    expect(pagination).toEqual({ next_cursor: null, has_next: false, page_limit: 100, scan_complete: true });
    const created = results.map((run) => run.created);
    expect(created).toEqual([...created].sort().reverse());
    for (const run of results.slice(0, 10)) {
      expect(run).toEqual(
        await (await requestRest(gateway, runUrl(gateway, { ...richRun, id: run.id }), { as })).json(),
      );
    }
  });

  it('come all, once each, and no others, page by page', async () => {
    const listed: string[] = [];
    let cursor: string | null = null;
    do {
      const { results, pagination }: RestPage = await page(
        `?page_limit=40${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      listed.push(...results.map(({ id }) => id));
      cursor = pagination.next_cursor;
      expect(pagination.has_next).toBe(cursor !== null);
    } while (cursor !== null);
    const { orgId, projectId, taskId } = richRun;
    const { taskRuns } = await gateway.dataOf(
      `{ taskRuns(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}") { totalCount } }`,
      { as },
    );
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toHaveLength(taskRuns.totalCount);
  });

  it('come filtered by status and revision', async () => {
    const failed = await page('?status=FAIL&page_limit=20');
    expect(failed.results.every((run) => run.is_error)).toBe(true);
    const { task_revision_id: revision } = failed.results[0]!;
    const revisionPage = await page(`?status=SUCCESS&task_revision_id=${revision.toUpperCase()}&page_limit=20`);
    expect(revisionPage.results.length).toBeGreaterThan(0);
    expect(revisionPage.results.every((run) => !run.is_error && run.task_revision_id === revision)).toBe(true);
  });

  it('follow what the caller may read', async () => {
    const ids = async (subject: string) =>
      ((await (await ask('', { as: subject }, executorRun)).json()) as RestPage).results.map(
        ({ user_id }: RestRun) => user_id,
      );
    expect(new Set(await ids(demoSubjects.executor))).toEqual(new Set([demoSubjects.executor]));
    expect((await ids(demoSubjects.owner)).length).toBeGreaterThan(0);
    expect((await ask('', { as: demoSubjects.stranger })).status).toBe(403);
    expect((await ask('', {})).status).toBe(401);
  });

  it('take the same number of statements for 1 run as for 100', async () => {
    const costOf = async (query: string) => {
      const total = async () => Object.values(await gateway.statements()).reduce((sum, count) => sum + count, 0);
      const before = await total();
      await page(query);
      return (await total()) - before;
    };
    expect(await costOf('?page_limit=100')).toBe(await costOf('?page_limit=1'));
  });

  it('return 304 to a client that has them', async () => {
    const etag = (await ask('?page_limit=2')).headers.get('etag')!;
    expect((await ask('?page_limit=2', { as, headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it.each([
    ['?page_limit=0', 'page_limit'],
    ['?page_limit=101', 'page_limit'],
    ['?page_limit=x', 'page_limit'],
    ['?status=done', 'status'],
    ['?cursor=x', 'cursor'],
    ['?cursor=%00', 'cursor'],
    ['?cursor=a&cursor=b', 'cursor'],
  ])('fail with 422 for %s', async (query, name) => {
    const response = await ask(query);
    expect([response.status, await response.json()]).toEqual([
      422,
      { detail: [{ loc: ['query', name], msg: expect.any(String), type: expect.any(String) }] },
    ]);
  });

  it('fail with 422 for a cursor of another filter', async () => {
    const { pagination } = await page('?page_limit=1');
    expect((await ask(`?page_limit=1&status=FAIL&cursor=${pagination.next_cursor}`)).status).toBe(422);
  });

  it('fail with 400 for a malformed id, in the path and in the query', async () => {
    const argumentOf = async (response: Response) => [
      response.status,
      ((await response.json()) as RestError).detail.argument,
    ];
    expect(await argumentOf(await ask('?task_revision_id=1'))).toEqual([400, 'task_revision_id']);
    expect(await argumentOf(await ask('', { as }, { ...richRun, taskId: '1' } as never))).toEqual([400, 'task_id']);
  });
});
