// The demo in the embedded database: its initial content, and runs that arrive while the gateway serves. Gateways with
// another database never load the demo's data.

import type { DataSource } from 'typeorm';
import type { FileStorage } from '../files/storage.js';
import type { Log } from '../telemetry/logger.js';
import type { ArrivalOptions, DemoRunGenerator } from './arriving-runs.js';

/** Fills empty tables and the storage. */
export async function fillDemo(
  dataSource: DataSource,
  storage: FileStorage,
  startMs: number | undefined,
): Promise<void> {
  const [{ fillDemoData }, { sampleFiles }] = await Promise.all([
    import('./data/fill-demo-data.js'),
    import('./data/sample-files.js'),
  ]);
  for (const { storageKey, bytes } of sampleFiles) await storage.put(storageKey, bytes);
  await fillDemoData(dataSource, startMs);
}

/** Adds runs at this rate. Returns a function that stops it, and waits for a run that is being written. */
export function startArrivals(
  runsPerMinute: number,
  { log, ...options }: ArrivalOptions & { readonly log: Log },
): () => Promise<void> {
  if (runsPerMinute === 0) return async () => {};
  let generator: DemoRunGenerator | undefined;
  const addRun = async () => {
    generator ??= (await import('./arriving-runs.js')).createArrivals(options);
    await generator.addRun();
  };
  let underWay: Promise<void> | undefined;
  const timer = setInterval(() => {
    underWay ??= addRun()
      .catch((error) => log.warn({ err: error }, 'adding a run to the demo failed'))
      .finally(() => {
        underWay = undefined;
      });
  }, 60_000 / runsPerMinute);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}
