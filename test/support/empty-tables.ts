import type { DataSource } from 'typeorm';

const tables = [
  ...['access_grant', 'organization', 'project', 'task', 'reporting_group', 'task_run', 'task_run_file'],
  ...['mirror_cursor', 'resource_name', 'erased_run', 'erased_user'],
];

/**
 * Deletes all runs and everything related to them, without running triggers. For few rows, this takes a
 * hundredth of the time of TRUNCATE, which creates new files for all indexes.
 */
export async function emptyTables(dataSource: DataSource): Promise<void> {
  await dataSource.query(
    [
      'BEGIN',
      'SET LOCAL session_replication_role = replica',
      ...tables.map((table) => `DELETE FROM ${table}`),
      'COMMIT',
    ].join('; '),
  );
}
