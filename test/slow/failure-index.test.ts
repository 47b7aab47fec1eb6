// The field of a run, the filter and statistics return the same kinds of failures before, during and after the creation
// of their index. The expected kinds are written by hand.

import pg from 'pg';
import { describeOnServer } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { amount, seed } from '../support/generated.js';
import { generateFailures } from '../support/generated-failures.js';
import { arrangeManyRuns, generated } from '../support/generated-runs.js';
import { spawnProgram } from '../support/spawned-program.js';
import { useOwnGateway } from '../support/start-gateway.js';
import { urlOf } from '../support/template-database.mjs';

const { orgId, projectId, taskId, otherTaskId, owner } = generated;
const scope = `orgId: "${orgId}", projectId: "${projectId}"`;
const count = amount(500, 20_000);
const index = 'task_run_failure_v2_idx';

describeOnServer(`the kinds of ${count} failures of seed ${seed}`, () => {
  const failures = generateFailures(seed, 50);
  const gateway = useOwnGateway({
    arrange: (database) =>
      arrangeManyRuns(database, count, () => {
        const runs = Array.from({ length: count }, (_, number) => failures[number % failures.length]!);
        return database.query(
          `UPDATE task_run SET is_error = true, response = to_jsonb(message), run_data = jsonb_build_object('kind', kind)
           FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS failure (message, kind, number)
           WHERE task_id = ANY ($3) AND input_tokens = number - 1`,
          [runs.map(({ message }) => message()), runs.map(({ kind }) => kind), [taskId, otherTaskId]],
        );
      }),
  });

  const isValid = async (): Promise<boolean | undefined> => {
    const rows = await gateway.query('SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)', [index]);
    return rows[0]?.indisvalid;
  };
  const groupsOf = async (filter: string) => {
    const { taskRunStats } = await gateway.dataOf(
      `{ taskRunStats(${scope}, filter: { ${filter} }) { groupBy(dimension: FAILURE, first: 1000) { value runs } } }`,
      { as: owner },
    );
    return taskRunStats.groupBy;
  };
  async function assertEqualByHand(): Promise<void> {
    const kinds: { value: string; runs: number; newest: string[] }[] = await gateway.query(
      `SELECT run_data ->> 'kind' AS value, count(*)::integer AS runs,
         (array_agg(id::text ORDER BY created DESC, id DESC))[1:20] AS newest
       FROM task_run WHERE task_id = ANY ($1) GROUP BY 1 ORDER BY 2 DESC, (run_data ->> 'kind') COLLATE "C"`,
      [[taskId, otherTaskId]],
    );
    expect(kinds.length).toBeGreaterThan(40);
    expect(await groupsOf('createdAfter: "2025-03-01"')).toEqual(kinds.map(({ value, runs }) => ({ value, runs })));
    for (const { value, runs, newest } of kinds) {
      const { taskRuns } = await gateway.dataOf(
        `query ($kind: String!) {
          taskRuns(${scope}, filter: { failureIn: [$kind] }, first: 20) { totalCount nodes { id failure } }
        }`,
        { as: owner, variables: { kind: value } },
      );
      expect(taskRuns).toEqual({ totalCount: runs, nodes: newest.map((id) => ({ id, failure: value })) });
    }
  }

  it('equal kinds by hand before, during and after a migration that builds their index beside a writer', async () => {
    await gateway.query(`DROP INDEX ${index}`);
    await gateway.query("DELETE FROM migrations WHERE name LIKE 'MaskFileNames%'");
    await assertEqualByHand();

    const [{ name }] = await gateway.query('SELECT current_database() AS name');
    const writer = new pg.Client({ connectionString: urlOf(name) });
    await writer.connect();
    try {
      // The index is complete only after the end of this transaction.
      await writer.query('BEGIN');
      await writer.query('UPDATE task_run SET llm_retries = 7 WHERE input_tokens < 100');
      const migrating = spawnProgram(['main.js', 'migrate'], { DATABASE_URL: urlOf(name) });
      await eventually(async () => expect(await isValid()).toBe(false));
      await assertEqualByHand();
      await writer.query('COMMIT');
      expect(await migrating.ended).toMatchObject({ code: 0 });
    } finally {
      await writer.end();
    }

    expect(await isValid()).toBe(true);
    await assertEqualByHand();
    // Without a period, statistics read kinds from the index.
    expect(await groupsOf('')).toEqual(await groupsOf('createdAfter: "2025-03-01"'));
  }, 600_000);
});
