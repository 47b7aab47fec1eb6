// Adds runs to the embedded demo while it serves, so that lists of recent days and subscriptions are not empty.

import type { DataSource } from 'typeorm';
import { createDemoRun } from './data/create-demo-run.js';
import { demoTasks } from './data/demo-catalogue.js';
import { triageTask } from './data/demo-places.js';
import { createRunId } from './data/ids.js';
import { insertRuns } from './data/insert-rows.js';
import { createRandom, systemSource } from './data/random.js';

export interface ArrivalOptions {
  readonly dataSource: DataSource;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Maximum number of arrived runs that are kept. */
  readonly maxKept?: number;
}

export interface DemoRunGenerator {
  /** Adds a run, every second time to the documents' task, and removes the oldest ones above the limit. */
  addRun(): Promise<void>;
}

/** A part of the ids of arrived runs, which distinguishes them from the demo's other runs and from imported ones. */
const idMark = { from: 19, text: '0000-0000' };

export function createArrivals({ dataSource, now, maxKept = 5000 }: ArrivalOptions): DemoRunGenerator {
  const random = createRandom(systemSource());
  const others = demoTasks.filter((task) => task !== triageTask);
  let arrived = 0;
  return {
    async addRun() {
      const task = arrived % 2 === 0 ? triageTask : random.pick(others);
      arrived += 1;
      const createdMs = now();
      const id = markedId(createRunId(createdMs, random));
      const run = createDemoRun(task, createdMs, random, id);
      await dataSource.transaction(async (manager) => {
        await insertRuns(manager, [run]);
        await manager.query(
          `DELETE FROM task_run WHERE id IN
             (SELECT id FROM task_run WHERE substr(id::text, $1, $2) = $3 ORDER BY id DESC OFFSET $4)`,
          [idMark.from + 1, idMark.text.length, idMark.text, maxKept],
        );
      });
    },
  };
}

/** Keeps the ends of ids different, because pages show only those. */
function markedId(id: string): string {
  return id.slice(0, idMark.from) + idMark.text + id.slice(idMark.from + idMark.text.length);
}
