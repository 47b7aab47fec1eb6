import type { DataSource } from 'typeorm';
import { createArrivals } from '../../../src/demo/arriving-runs.js';
import { demoPlaces } from '../../../src/demo/data/demo-places.js';
import { createDemoDatabase, type OwnDatabase } from '../../support/own-database.js';

describe('runs that arrive in the demo', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  let now = Date.parse('2026-11-28T12:00:00Z');
  beforeAll(async () => {
    database = await createDemoDatabase();
    dataSource = await database.connect();
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const arriveTimes = async (count: number, maxKept: number) => {
    const { addRun } = createArrivals({ dataSource, now: () => now, maxKept });
    for (let index = 0; index < count; index += 1) {
      now += 10_000;
      await addRun();
    }
  };
  const arrived = () =>
    dataSource.query("SELECT id, task_id, created FROM task_run WHERE created > '2026-11-02' ORDER BY id");
  const countOthers = async () =>
    (await dataSource.query("SELECT count(*)::int AS count FROM task_run WHERE created < '2026-11-02'"))[0].count;

  it('carry the current time, every second one in the task of the documents', async () => {
    await arriveTimes(6, 100);
    const runs = await arrived();
    expect(runs.map(({ created }: { created: Date }) => Math.floor(created.getTime() / 1000) * 1000)).toEqual(
      [5, 4, 3, 2, 1, 0].map((before) => now - before * 10_000),
    );
    const taskFlags = runs.map(({ task_id }: { task_id: string }) => task_id === demoPlaces.richRun.taskId);
    expect(taskFlags).toEqual([true, false, true, false, true, false]);
    // Pages show only the last six digits.
    expect(new Set(runs.map(({ id }: { id: string }) => id.slice(-6))).size).toBe(6);
  });

  it('replace the oldest arrived ones beyond what is kept, also those of an earlier process', async () => {
    const before = await countOthers();
    const earlier = await arrived();
    await arriveTimes(3, 4);
    const runs = await arrived();
    expect(runs).toHaveLength(4);
    expect(runs[0]).toEqual(earlier.at(-1));
    expect(await countOthers()).toBe(before);
  });
});
