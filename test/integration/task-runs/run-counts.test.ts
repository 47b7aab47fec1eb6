import { createRunCounts } from '../../../src/task-runs/scope/run-counts.js';
import { useOwnGateway } from '../../support/start-gateway.js';

describe('the estimated numbers of runs', () => {
  const gateway = useOwnGateway();
  const read = async () => {
    const counts = createRunCounts({ run: async ({ text }) => gateway.query(text) }, Date.now);
    await counts.read();
    return counts.current();
  };

  it('are powers of two, no more than there are runs in all', async () => {
    await gateway.query('ANALYZE task_run');
    const [{ count }] = await gateway.query('SELECT count(*)::integer AS count FROM task_run');
    const { ofTask, ofProject, oldest, newest } = await read();
    for (const runs of [ofTask, ofProject]) expect(Number.isInteger(Math.log2(runs))).toBe(true);
    expect(ofTask).toBeGreaterThan(0);
    expect(ofProject).toBeGreaterThanOrEqual(ofTask);
    expect(ofProject).toBeLessThan(2 * count);
    expect(newest).toBeGreaterThan(oldest);
  });

  it('leave out times without a date, and tables whose names have to be quoted', async () => {
    await gateway.query('CREATE TABLE "Other table" AS SELECT created FROM task_run');
    await gateway.query('ALTER TABLE task_run DROP CONSTRAINT task_run_created_check');
    await gateway.query(`UPDATE task_run SET created = 'infinity' WHERE id IN (SELECT id FROM task_run LIMIT 100)`);
    await gateway.query('ANALYZE');
    const { oldest, newest } = await read();
    expect([Number.isFinite(oldest), Number.isFinite(newest)]).toEqual([true, true]);
  });
});
