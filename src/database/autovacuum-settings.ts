// Autovacuum settings for the tables that store runs. Reports use index-only scans, which are cheap only on pages that
// are marked all-visible. With the server's defaults, a table is vacuumed after a fifth of it has changed: with 10
// million runs, reading the newest 2 million, which most reports do, costs twice as much until then.

import { leafTables } from './leaf-tables.js';

/** The tables that grow with the runs. */
export const vacuumedTables = ['task_run', 'task_run_file'] as const;

/** Storage parameters by name. */
export const autovacuumSettings = {
  // A vacuum triggered by inserts reads only the new pages, so it can run often: after half a percent.
  autovacuum_vacuum_insert_scale_factor: '0.005',
  // This is cheap as well, because PostgreSQL skips indexes while less than 2% of the pages have dead rows.
  autovacuum_vacuum_scale_factor: '0.01',
  // The planner's statistics must include the times of the newest runs.
  autovacuum_analyze_scale_factor: '0.005',
} as const;

/**
 * Selects the storage parameters of tables or, because a partitioned table cannot have any, of their partitions. $1:
 * names of tables.
 */
export const selectTableOptions = `
  SELECT pg_class.oid::regclass::text AS name, coalesce(reloptions, '{}') AS options
  FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, position)
  CROSS JOIN LATERAL (${leafTables('to_regclass(wanted.name)')}) AS leaf JOIN pg_class USING (oid)
  ORDER BY position, relname`;

export interface TableOptions {
  /** The table's name as SQL. */
  readonly name: string;
  /** Strings of the form `name=value`. */
  readonly options: readonly string[];
}

/** Returns, as SQL, the storage parameters that the table lacks. Keeps others that an operator has set. */
export function missingSettings({ options }: TableOptions): readonly string[] {
  const names = new Set(options.map((option) => option.split('=')[0]));
  return Object.entries(autovacuumSettings)
    .filter(([name]) => !names.has(name))
    .map(([name, value]) => `${name} = ${value}`);
}
