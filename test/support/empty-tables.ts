import type { DataSource } from 'typeorm';

/** Deletes all runs and all they belong to: much faster than making the tables again. */
export async function emptyTables(dataSource: DataSource): Promise<void> {
  await dataSource.query(
    'TRUNCATE access_grant, organization, project, task, reporting_group, task_run, task_run_file, mirror_cursor, resource_name, erased_run, erased_user',
  );
}
