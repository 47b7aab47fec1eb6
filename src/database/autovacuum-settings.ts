// When autovacuum looks at the tables of runs. Reports read only indexes, and only of pages that are known to be visible to
// all. By the server's defaults, a table is vacuumed after a fifth of it is new: of 10 million runs, the newest 2 million,
// which most reports read, cost twice as much until then.

import { leafTables } from './leaf-tables.js';

/** The tables that grow with the runs. */
export const vacuumedTables = ['task_run', 'task_run_file'] as const;

/** Storage parameters by name. */
export const autovacuumSettings = {
  // A vacuum for inserts reads only the new pages, so it may come often: after half a percent.
  autovacuum_vacuum_insert_scale_factor: '0.005',
  // PostgreSQL skips indexes while less than 2 % of the pages have dead rows, so this is cheap as well.
  autovacuum_vacuum_scale_factor: '0.01',
  // The planner's statistics must know the newest times of runs.
  autovacuum_analyze_scale_factor: '0.005',
} as const;

/**
 * Selects the storage parameters of tables, or of their partitions: a partitioned table cannot have any. $1: names of
 * tables.
 */
export const selectTableOptions = `
  SELECT pg_class.oid::regclass::text AS name, coalesce(reloptions, '{}') AS options
  FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, position)
  CROSS JOIN LATERAL (${leafTables('to_regclass(wanted.name)')}) AS leaf JOIN pg_class USING (oid)
  ORDER BY position, relname`;

export interface TableOptions {
  /** The name as SQL. */
  readonly name: string;
  /** Each is `name=value`. */
  readonly options: readonly string[];
}

/** Returns the storage parameters that the table lacks, as SQL. Others that an operator has set are kept. */
export function missingSettings({ options }: TableOptions): readonly string[] {
  const names = new Set(options.map((option) => option.split('=')[0]));
  return Object.entries(autovacuumSettings)
    .filter(([name]) => !names.has(name))
    .map(([name, value]) => `${name} = ${value}`);
}
