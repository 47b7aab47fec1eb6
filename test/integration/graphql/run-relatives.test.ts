// The next and previous run in a run's task, and its context, compared with handwritten SQL.

import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { idOf } from '../../support/permission-world.js';
import type { RunNode, RunPageNode } from '../../support/responses.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, otherTaskId, owner, users } = generated;
const viewer = users[1];
const elsewhere = { projectId: idOf(2001), taskId: idOf(2002), runId: idOf(2003) };
const project = `orgId: "${orgId}", projectId: "${projectId}"`;

/** Callers with a handwritten list of the tasks whose runs they see, and whether they see only their own runs. */
const callers = [
  { as: owner, tasks: [taskId, otherTaskId], own: null },
  { as: viewer, tasks: [otherTaskId], own: viewer },
] as const;

interface ContextRow {
  readonly id: string;
  readonly ids: readonly string[];
  readonly totals: object;
}

/** A run with its relatives, whose fields are each selected by some test. */
interface RelatedRun {
  readonly id: string;
  readonly contextId: string | null;
  readonly next: { readonly id: string; readonly response: unknown } | null;
  readonly previous: { readonly id: string } | null;
  readonly context: { readonly contextId: string; readonly runs: unknown } | null;
}

describe('the runs around a run', () => {
  const gateway = useGateway({
    async arrange(database) {
      await arrangeGeneratedRuns(database);
      await database.query(
        "UPDATE task_run SET context_id = CASE WHEN input_tokens % 4 <> 0 THEN 'context-' || input_tokens / 12 END WHERE task_id = ANY ($1)",
        [[taskId, otherTaskId]],
      );
      // The viewer sees the runs it executed in one task, and nothing in the other.
      await database.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [otherTaskId, viewer]);
      await database.query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Elsewhere')", [
        elsewhere.projectId,
        orgId,
      ]);
      await database.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Elsewhere')", [
        elsewhere.taskId,
        elsewhere.projectId,
      ]);
      await database.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, context_id)
         VALUES ($1, $2, $1, '{}', '2025-03-01T00:00:00Z', 1, 1, 1, 'context-1')`,
        [elsewhere.runId, elsewhere.taskId],
      );
    },
  });

  const listOf = async (as: string, selection: string, first = 100) => {
    const { taskRuns } = await gateway.dataOf(
      `{ taskRuns(${project}, first: ${first}, filter: { createdAfter: "2025-03-01T01:00:00Z" }) { nodes { id taskId contextId ${selection} } } }`,
      { as },
    );
    return taskRuns.nodes as RelatedRun[];
  };

  it.each(callers)('follow in their task what $as may read', async ({ as, tasks, own }) => {
    const rows = await gateway.query(
      `SELECT id, lead(id) OVER ordered AS next, lag(id) OVER ordered AS previous FROM task_run
       WHERE task_id = ANY ($1) AND ($2::uuid IS NULL OR user_id = $2)
       WINDOW ordered AS (PARTITION BY task_id ORDER BY created, id)`,
      [tasks, own],
    );
    const byHand = new Map(rows.map((row: { id: string }) => [row.id, row]));
    const nodes = await listOf(as, 'next { id created response(path: "/n") } previous { id }');
    expect(nodes.length).toBeGreaterThan(20);
    for (const { id, next, previous } of nodes) {
      expect({ id, next: next?.id ?? null, previous: previous?.id ?? null }).toEqual(byHand.get(id));
    }
    expect(nodes.some(({ next }) => next === null)).toBe(true);
    expect(nodes[5]!.next!.response).toEqual(expect.any(Number));
  });

  it('end in their task with the first and the last', async () => {
    const { first, last } = await gateway.dataOf(
      `{ first: taskRuns(${project}, taskId: "${taskId}", orderBy: CREATED_ASC, first: 1) { nodes { previous { id } next { previous { next { id } } id } } }
        last: taskRuns(${project}, taskId: "${taskId}", first: 1) { nodes { next { id } } } }`,
      { as: owner },
    );
    expect(first.nodes[0].previous).toBeNull();
    expect(first.nodes[0].next.previous.next.id).toBe(first.nodes[0].next.id);
    expect(last.nodes).toEqual([{ next: null }]);
  });

  it.each(callers)('follow in their context what $as may read in the project', async ({ as, tasks, own }) => {
    const rows = await gateway.query(
      `SELECT context_id AS id, json_build_object('runs', count(*), 'errors', count(*) FILTER (WHERE is_error),
         'retries', coalesce(sum(llm_retries), 0)::text, 'inputTokens', sum(input_tokens)::text,
         'outputTokens', sum(output_tokens)::text, 'totalTokens', sum(total_tokens)::text,
         'chargedCredits', coalesce(sum(charged_credits), 0)::text,
         'from', to_char(min(created) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
         'to', to_char(max(created) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS totals,
         array_agg(id::text ORDER BY created, id) AS ids
       FROM task_run WHERE task_id = ANY ($1) AND ($2::uuid IS NULL OR user_id = $2) AND context_id IS NOT NULL
       GROUP BY context_id`,
      [tasks, own],
    );
    const byHand = new Map<string, ContextRow>(rows.map((row: ContextRow) => [row.id, row]));
    const totals = 'runs errors retries inputTokens outputTokens totalTokens chargedCredits from to';
    const nodes = await listOf(
      as,
      `context { contextId totals { ${totals} } first { id contextId } last { id response } }`,
    );
    expect(nodes.map(({ context }) => context?.contextId ?? null)).toEqual(nodes.map(({ contextId }) => contextId));
    for (const { contextId, context } of nodes.filter((node) => node.context !== null)) {
      const { ids, totals: expected } = byHand.get(contextId!)!;
      expect(context).toMatchObject({
        contextId,
        totals: expected,
        first: { id: ids[0] },
        last: { id: ids.at(-1) },
      });
    }
    const few = await listOf(as, 'context { runs(first: 2) { totalCount nodes { id } } }', 10);
    const [{ contextId, context }] = few.filter((node) => node.contextId !== null) as [
      RelatedRun & { context: object },
    ];
    const { ids } = byHand.get(contextId!)!;
    expect(context.runs).toEqual({ totalCount: ids.length, nodes: ids.slice(0, 2).map((id) => ({ id })) });
  });

  it('include, page by page, the whole context', async () => {
    const page = async (after: string | null) => {
      const [{ context }] = (
        await gateway.dataOf(
          `query ($after: String) { taskRuns(${project}, first: 1, filter: { contextId: { eq: "context-9" } }) { nodes {
            context { runs(first: 4, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } } } } }`,
          { as: owner, variables: { after } },
        )
      ).taskRuns.nodes;
      return context.runs;
    };
    const ids: string[] = [];
    for (let after: string | null = null, hasMore = true; hasMore; ) {
      const { nodes, pageInfo }: RunPageNode = await page(after);
      ids.push(...nodes.map(({ id }) => id));
      [after, hasMore] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    const rows = await gateway.query(
      "SELECT id FROM task_run WHERE task_id = ANY ($1) AND context_id = 'context-9' ORDER BY created, id",
      [[taskId, otherTaskId]],
    );
    expect(ids).toEqual(rows.map(({ id }: RunNode) => id));
  });

  it('omit from a context all runs that `taskRun` would reject', async () => {
    const [run] = await gateway.query(
      "SELECT id FROM task_run WHERE task_id = $1 AND user_id = $2 AND context_id = 'context-5'",
      [otherTaskId, viewer],
    );
    const { taskRun } = await gateway.dataOf(
      `{ taskRun(${project}, taskId: "${otherTaskId}", id: "${run.id}") { context { runs { nodes { taskId userId } } } } }`,
      { as: viewer },
    );
    const listed = new Set(taskRun.context.runs.nodes.map(({ taskId, userId }: RunNode) => `${taskId} ${userId}`));
    expect([...listed]).toEqual([`${otherTaskId} ${viewer}`]);
    // A token for one task sees no other task in the conversation.
    const token = await gateway.tokenFor(owner, { orgId, projectId, taskId: otherTaskId });
    const confined = await gateway.dataOf(
      `{ taskRun(${project}, taskId: "${otherTaskId}", id: "${run.id}") { context { totals { runs } runs { nodes { taskId } } } } }`,
      { token },
    );
    const { context } = confined.taskRun;
    expect(new Set(context.runs.nodes.map((node: RunNode) => node.taskId))).toEqual(new Set([otherTaskId]));
    expect(context.totals.runs).toBe(context.runs.nodes.length);
  });

  it.each([
    [1, 1],
    [10, 1],
    [100, 2],
  ])('take the same statements for %i runs, but for the size of shared ones', async (size, runSizes) => {
    const statementsOf = (selection: string) => gateway.statementsOf(() => listOf(owner, selection, size));
    const page = { task_run_scopes: 1, task_run_page: 1 };
    expect(await statementsOf('previous { id }')).toEqual({
      ...page,
      task_run_pages_by_task: 1,
      task_runs_by_path: runSizes,
    });
    expect(await statementsOf('next { id } previous { id response(path: "/n") }')).toEqual({
      ...page,
      task_run_pages_by_task: 2,
      task_runs_by_path: expect.any(Number),
    });
    expect(await statementsOf('context { totals { runs } }')).toEqual({ ...page, task_run_contexts: 1 });
    expect(await statementsOf('context { first { id } last { id } }')).toEqual({
      ...page,
      task_run_contexts: 1,
      task_runs_by_path: 1,
    });
  });

  it('allow 300 runs, and the contexts of 20, in one operation', async () => {
    const errorsOf = async (selection: string) =>
      (
        await gateway.ask(
          `{ taskRuns(${project}, first: 100, filter: { hasContext: true }) { nodes { ${selection} } } }`,
          { as: owner },
        )
      ).errors;
    expect(await errorsOf('next { id } previous { id } a: next { id }')).toBeUndefined();
    expect((await errorsOf('next { id } previous { id } a: next { id } b: next { id }'))![0]!.extensions).toMatchObject(
      {
        reason: 'VALIDATION_FAILED',
      },
    );
    expect((await errorsOf('context { runs { totalCount } }'))![0]!.extensions).toMatchObject({
      reason: 'VALIDATION_FAILED',
    });
  });
});
