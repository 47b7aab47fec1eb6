import type { DataSource } from 'typeorm';
import { createDemoRun, createdMsAt, spanMs } from './create-demo-run.js';
import { demoTasks } from './demo-catalogue.js';
import { triageTask } from './demo-places.js';
import { createExampleRuns } from './example-runs.js';
import { insertCatalogue, insertRuns } from './insert-rows.js';
import { createRandom, seededSource } from './random.js';
import type { DemoRun } from './rows.js';

const runCount = 2000;
/** The end of the period that the documents show. */
export const documentsEndMs = Date.parse('2026-11-01T00:00:00Z');

/** The tasks of the project that the documents show. Their runs before {@link documentsEndMs} are always the same. */
const documentedTasks = demoTasks.filter(({ row }) => row.projectId === triageTask.row.projectId);

/**
 * Fills empty tables with the demo in one transaction.
 * @param startMs when the demo starts, in milliseconds since the epoch; the same start results in the same rows
 * everywhere
 */
export async function fillDemoData(dataSource: DataSource, startMs = documentsEndMs): Promise<void> {
  const runs = createDemoRuns(startMs);
  await dataSource.transaction(async (manager) => {
    await insertCatalogue(manager);
    for (let start = 0; start < runs.length; start += 500) await insertRuns(manager, runs.slice(start, start + 500));
  });
}

/**
 * Returns the demo's 2,000 runs: those of `demoPlaces`, runs of the documents' project over the 60 days before November
 * 2026, and runs of the other projects over the 60 days before the start. Adds runs of the documents' project from
 * November to the start, at the same density.
 */
export function createDemoRuns(startMs = documentsEndMs): DemoRun[] {
  const random = createRandom(seededSource(2026));
  const examples = createExampleRuns();
  const count = runCount - examples.length;
  const invented = Array.from({ length: count }, (_, index) => {
    const task = random.pick(demoTasks);
    const endMs = documentedTasks.includes(task) ? documentsEndMs : startMs;
    return createDemoRun(task, createdMsAt(index, count, endMs, random.integer(0, 999)), random);
  });
  return [...invented, ...createRunsSince(startMs), ...examples];
}

/**
 * Returns runs of the documents' project up to the start, beginning at the documents' end or 60 days before the start.
 */
function createRunsSince(startMs: number): DemoRun[] {
  const random = createRandom(seededSource(startMs));
  const overMs = Math.min(Math.max(startMs - documentsEndMs, 0), spanMs);
  const share = documentedTasks.length / demoTasks.length;
  const count = Math.floor((runCount * share * overMs) / spanMs);
  return Array.from({ length: count }, (_, index) => {
    const createdMs = createdMsAt(index, count, startMs, random.integer(0, 999), overMs);
    return createDemoRun(random.pick(documentedTasks), createdMs, random);
  });
}
