import type { DataSource } from 'typeorm';

/** Returns a function that finds which of the runs the database has in a project. */
export function createFindKnown(dataSource: DataSource, projectId: string) {
  return async (ids: readonly string[]): Promise<ReadonlySet<string>> => {
    const rows: readonly { readonly id: string }[] = await dataSource.query(
      `SELECT task_run.id FROM task_run JOIN task ON task.id = task_run.task_id
       WHERE task_run.id = ANY ($1::uuid[]) AND task.project_id = $2`,
      [ids, projectId],
    );
    return new Set(rows.map(({ id }) => id));
  };
}
