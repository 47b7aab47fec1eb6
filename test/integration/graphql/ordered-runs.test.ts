// Lists in every order, read page by page from both ends and compared with handwritten SQL.

import { enumValues } from '../../support/committed-schema.js';
import { amount } from '../../support/generated.js';
import { arrangeManyRuns, createdOf, generated } from '../../support/generated-runs.js';
import type { RestPage } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, otherTaskId, owner, users } = generated;
const viewer = users[1];
const count = amount(600, 50_000);
const byHand: Readonly<Record<string, string>> = {
  CREATED: 'run.created',
  LLM_CALL_TIMING: 'run.llm_call_timing',
  CHARGED_CREDITS: `CASE WHEN abs(run.charged_credits) < 1e20 THEN trunc(run.charged_credits, 20)
    ELSE sign(run.charged_credits) * 1e20 END`,
  TOTAL_TOKENS: 'run.total_tokens',
  LLM_RETRIES: 'coalesce(run.llm_retries, 0)',
};
const orders = enumValues('TaskRunOrder');
const pageSize = 60;
/** Maximum number of runs read from either end of a list. */
const maxRead = 17 * pageSize;
/** The middle of all runs, small enough to be read from one end to the other. */
const first = (count - 480) / 2;
const window = { createdAfter: createdOf(first), createdBefore: createdOf(first + 480) };
const filters: readonly Filter[] = [{}, window, { ...window, hasReference: false }];

interface Filter {
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly hasReference?: false;
}

describe(`lists in every order (of ${count} runs)`, () => {
  const gateway = useOwnGateway({
    async arrange(database) {
      await arrangeManyRuns(database, count, async () => {
        // Gives many runs the same value.
        await database.query(
          'UPDATE task_run SET llm_call_timing = (input_tokens % 7) / 2.0 WHERE task_id = $1 AND llm_call_timing IS NOT NULL',
          [taskId],
        );
        await database.query(
          `UPDATE task_run SET charged_credits =
             (CASE input_tokens % 3 WHEN 0 THEN 1e150 WHEN 1 THEN -1e20 ELSE 1e19 END) * (input_tokens % 4 + repeat('3', 10)::numeric / 1e300)
           WHERE task_id = $1 AND input_tokens % 5 = 0`,
          [otherTaskId],
        );
      });
      await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [taskId, viewer]);
    },
  });

  async function expectedOf(order: string, filter: Filter, isViewer = false): Promise<string[]> {
    const [, name, direction] = /^(.+)_(DESC|ASC)$/.exec(order)!;
    const value = byHand[name!];
    // Among runs with the same value, the newest comes first.
    const further = name === 'CREATED' ? `run.id ${direction}` : 'run.created DESC, run.id DESC';
    const rows = await gateway.query(
      `SELECT run.id FROM task_run AS run WHERE run.task_id = ANY ($1) AND ($2::uuid IS NULL OR run.user_id = $2)
         AND ($3::timestamptz IS NULL OR run.created >= $3) AND ($4::timestamptz IS NULL OR run.created < $4)
         AND ($5 OR run.reference IS NULL)
       ORDER BY ${value} IS NULL, ${value} ${direction}, ${further}`,
      [
        isViewer ? [taskId] : [taskId, otherTaskId],
        isViewer ? viewer : null,
        filter.createdAfter ?? null,
        filter.createdBefore ?? null,
        filter.hasReference !== false,
      ],
    );
    return rows.map(({ id }: { id: string }) => id);
  }

  async function walk(as: string, scope: string, variables: object, isBackward: boolean): Promise<string[]> {
    const ids: string[] = [];
    for (let cursor: string | null = null, hasMore = true; hasMore && ids.length < maxRead; ) {
      const [size, from] = isBackward ? ['last', 'before'] : ['first', 'after'];
      const { taskRuns } = await gateway.dataOf(
        `query ($filter: TaskRunFilter, $orderBy: TaskRunOrder!, $cursor: String) {
          taskRuns(${scope}, filter: $filter, orderBy: $orderBy, ${size}: ${pageSize}, ${from}: $cursor) {
            nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
        { as, variables: { ...variables, cursor } },
      );
      const page = taskRuns.nodes.map(({ id }: { id: string }) => id);
      ids.splice(isBackward ? 0 : ids.length, 0, ...page);
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = taskRuns.pageInfo;
      [cursor, hasMore] = isBackward ? [startCursor, hasPreviousPage] : [endCursor, hasNextPage];
    }
    return ids;
  }

  const project = `orgId: "${orgId}", projectId: "${projectId}"`;
  const taskArguments = `${project}, taskId: "${taskId}"`;

  it.each(orders)('%s, from the start and from the end', async (orderBy) => {
    for (const filter of filters) {
      const expected = await expectedOf(orderBy, filter);
      expect(expected.length).toBeGreaterThan(100);
      expect(await walk(owner, project, { filter, orderBy }, false)).toEqual(expected.slice(0, maxRead));
      expect(await walk(owner, project, { filter, orderBy }, true)).toEqual(expected.slice(-maxRead));
      const own = await expectedOf(orderBy, filter, true);
      expect(await walk(viewer, taskArguments, { filter, orderBy }, false)).toEqual(own.slice(0, maxRead));
    }
  });

  it.each(orders)('%s, over REST', async (orderBy) => {
    for (const [as, path] of [
      [owner, '/task_run'],
      [viewer, `/task/${taskId}/run`],
    ] as const) {
      const ids: string[] = [];
      for (let cursor: string | null = null, hasMore = true; hasMore; ) {
        const query: string = new URLSearchParams({
          ...{ order_by: orderBy, created_after: window.createdAfter, created_before: window.createdBefore },
          ...(cursor === null ? {} : { cursor }),
        }).toString();
        const url: string = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}${path}?${query}`;
        const { results, pagination } = (await (await requestRest(gateway, url, { as })).json()) as RestPage;
        ids.push(...results.map(({ id }: { id: string }) => id));
        [cursor, hasMore] = [pagination.next_cursor, pagination.has_next];
      }
      expect(ids).toEqual(await expectedOf(orderBy, window, as === viewer));
    }
  });

  it('reject the cursor of another order', async () => {
    const page = (orderBy: string, after: string | null) =>
      gateway.ask(
        `{ taskRuns(${project}, orderBy: ${orderBy}, first: 1, after: ${JSON.stringify(after)}) { pageInfo { endCursor } } }`,
        { as: owner },
      );
    const { endCursor } = (await page('TOTAL_TOKENS_DESC', null)).data.taskRuns.pageInfo;
    for (const order of ['TOTAL_TOKENS_ASC', 'LLM_RETRIES_DESC', 'CREATED_DESC']) {
      expect((await page(order, endCursor)).errors![0]!.extensions).toMatchObject({
        reason: 'VALIDATION_FAILED',
        detail: [{ loc: ['after'] }],
      });
    }
  });

  it.each([1, 10, 100])('take the same statements for %i runs', async (size) => {
    const statements = await gateway.statementsOf(() =>
      gateway.dataOf(
        `{ taskRuns(${project}, orderBy: CHARGED_CREDITS_DESC, first: ${size}) { nodes { id created } } }`,
        {
          as: owner,
        },
      ),
    );
    expect(statements).toEqual({ task_run_scopes: 1, task_run_order: 1, task_run_page: 1 });
  });
});
