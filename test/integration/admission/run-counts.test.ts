import { createRunCounts } from '../../../src/admission/run-counts.js';
import { partitionRuns } from '../../support/partitions.js';
import { useOwnGateway } from '../../support/start-gateway.js';

describe('the estimated numbers of runs', () => {
  const gateway = useOwnGateway();
  const now = Date.now();
  const read = async () => {
    const counts = createRunCounts({ run: async ({ text }) => gateway.query(text) }, () => now);
    await counts.read();
    return counts.current();
  };

  it('start at 16,384 runs, also for fewer', async () => {
    await gateway.query('ANALYZE task_run');
    const { runsPerTask, runsPerProject, oldest, newest } = await read();
    expect([runsPerTask, runsPerProject]).toEqual([16_384, 16_384]);
    expect(newest).toBeGreaterThan(oldest);
  });

  it('resist one run with an absurd time', async () => {
    const timesOf = async () => {
      await gateway.query('ANALYZE task_run');
      const { oldest, newest } = await read();
      return [oldest, newest].map((time) => Math.round((now - time) / 86_400_000));
    };
    const before = await timesOf();
    for (const absurd of ['0001-01-01Z', '9999-12-31Z']) {
      await gateway.query('BEGIN');
      await gateway.query(
        `UPDATE task_run SET created = '${absurd}' WHERE id = (SELECT id FROM task_run ORDER BY id LIMIT 1)`,
      );
      const after = await timesOf();
      await gateway.query('ROLLBACK');
      expect({ absurd, after }).toEqual({ absurd, after: before });
    }
  });

  it('become powers of two beyond that, and no more than all runs together', async () => {
    const [{ count }] = await gateway.query('SELECT count(*)::integer AS count FROM task_run');
    const run = async ({ text }: { readonly text: string }) => {
      const [row] = await gateway.query(text);
      return [{ ...row, perTask: 1000 * row.perTask, perProject: 1000 * row.perProject }];
    };
    const counts = createRunCounts({ run }, Date.now);
    await counts.read();
    const { runsPerTask, runsPerProject } = counts.current();
    for (const runs of [runsPerTask, runsPerProject]) expect(Number.isInteger(Math.log2(runs))).toBe(true);
    expect(runsPerTask).toBeGreaterThan(16_384);
    expect(runsPerProject).toBeGreaterThanOrEqual(runsPerTask);
    expect(runsPerProject).toBeLessThan(2000 * count);
  });

  it('include the runs of all partitions before the table itself is analyzed', async () => {
    await partitionRuns(gateway);
    const leaves = await gateway.query(
      "SELECT relid::regclass::text AS name FROM pg_partition_tree('task_run') WHERE isleaf",
    );
    for (const { name } of leaves) await gateway.query(`ANALYZE ${name}`);
    const [{ runs, tasks }] = await gateway.query(
      'SELECT (SELECT count(*) FROM task_run)::integer AS runs, (SELECT count(*) FROM task)::integer AS tasks',
    );
    const rows: { readonly perTask: number }[] = [];
    const run = async ({ text }: { readonly text: string }) => {
      rows.push(...(await gateway.query(text)));
      return rows as never;
    };
    await createRunCounts({ run }, Date.now).read();
    expect(Math.round(rows[0]!.perTask * tasks)).toBe(runs);
  });

  it('leave out tables whose names have to be quoted', async () => {
    const before = await read();
    await gateway.query('CREATE TABLE "Other table" AS SELECT created FROM task_run');
    await gateway.query('ANALYZE "Other table"');
    expect(await read()).toEqual(before);
  });
});
