import type { DataSource } from 'typeorm';
import { createDemoRun } from './create-demo-run.js';
import { demoTasks } from './demo-catalogue.js';
import { createExampleRuns } from './example-runs.js';
import { insertCatalogue } from './insert-catalogue.js';
import { insertRuns } from './insert-rows.js';
import { createRandom, seededSource } from './random.js';
import type { DemoRun } from './rows.js';
import { createdMsAt } from './run-times.js';

const runCount = 2000;
const end = Date.parse('2026-11-01T00:00:00Z');

/** Fills empty tables with the demo: the same rows on every machine, all of them or none. */
export async function fillDemoData(dataSource: DataSource): Promise<void> {
  const runs = createDemoRuns();
  await dataSource.transaction(async (manager) => {
    await insertCatalogue(manager);
    for (let start = 0; start < runs.length; start += 500) await insertRuns(manager, runs.slice(start, start + 500));
  });
}

/** The demo's 2,000 runs: those of `demoPlaces`, and invented ones over the 60 days before November 2026. */
export function createDemoRuns(): DemoRun[] {
  const random = createRandom(seededSource(2026));
  const examples = createExampleRuns();
  const count = runCount - examples.length;
  const invented = Array.from({ length: count }, (_, index) =>
    createDemoRun(random.pick(demoTasks), createdMsAt(index, count, end, random.whole(0, 999)), random),
  );
  return [...invented, ...examples];
}
