import { block } from '../docs/documents.js';
import type { Queries } from './databases.js';

/** Returns the SQL of docs/monitoring.md as of August 2026, the month before most runs of the demo. */
export function partitionSql(marker: string): string {
  return block(marker).text.replaceAll('now()', "timestamptz '2026-08-15T00:00:00Z'");
}

/** Partitions the demo's runs. Those of September and October 2026 are moved to their months, as if written later. */
export async function partitionRuns(database: Queries): Promise<void> {
  const steps = [
    `CREATE TABLE later_run AS SELECT * FROM task_run WHERE id >= '01a05a43-fc00-0000-0000-000000000000'`,
    'CREATE TABLE later_file AS SELECT task_run_file.* FROM task_run_file JOIN later_run ON id = task_run_id',
    'DELETE FROM task_run USING later_run WHERE task_run.id = later_run.id',
    partitionSql('partition-runs'),
    partitionSql('add-partitions'),
    'INSERT INTO task_run SELECT * FROM later_run',
    'INSERT INTO task_run_file SELECT * FROM later_file',
    'DELETE FROM task_run_deletion',
    'DROP TABLE later_run, later_file',
  ];
  for (const sql of steps) await database.query(sql);
}
