// The second database of a comparison, with partitioned runs, and the operations that are sent to it.

import { readFileSync } from 'node:fs';

const instructions = new URL('../../docs/monitoring.md', import.meta.url);
/** A month before all runs, so that the empty table becomes the partition of earlier runs. */
const earlier = "timestamptz '2025-02-15T00:00:00Z'";
/** The ranges of partitions, which are the times that ids begin with. The default partition gets the later runs. */
export const ranges = [
  ['2025-03-01', '2025-03-02'],
  ['2025-03-02', '2025-03-04'],
  ['2025-03-04', '2025-03-08'],
];
/** One in this number of operations reads partitions. */
const interval = 4;

/** The layouts of runs, each in a separate database. */
export const layouts = ['table', 'partitions'];

/** Returns the layout that an operation reads, which is the same in each comparison. */
export const layoutOf = (number) => (number % interval === interval - 1 ? 'partitions' : 'table');

/** Returns the name of an entry point in a layout, which distinguishes the differences of the layouts. */
export const entryOn = (layout, entry) => (layout === 'partitions' ? `${entry} on partitions` : entry);

/**
 * Puts runs into partitions, by the statements of the documents. Done before the runs are written: all are in one month,
 * while the statements for more partitions add whole ones.
 * @param {{ query: (text: string) => Promise<unknown> }} client
 */
export async function partitionRuns(client) {
  await client.query(readSql('partition-runs').replaceAll('now()', earlier));
  for (const [number, [from, to]] of ranges.entries()) {
    await client.query(`CREATE TABLE task_run_part_${number} PARTITION OF task_run
      FOR VALUES FROM (first_run_id('${from}')) TO (first_run_id('${to}'))`);
  }
}

/** Returns the SQL after a marker. */
function readSql(marker) {
  const text = readFileSync(instructions, 'utf8');
  const [, sql] = new RegExp(`<!-- test: ${marker} -->\\s+\`\`\`sql\\n([^]*?)\`\`\``).exec(text) ?? [];
  if (sql === undefined) throw new Error(`docs/monitoring.md has no SQL that is marked ${marker}`);
  return sql;
}
