import type { DataSource } from 'typeorm';
import type { MirroredPath } from './run-pages.js';

/** The key under which the database stores a mirror's cursor. */
export interface MirrorKey {
  /** The base URL of the service. */
  readonly source: string;
  readonly path: MirroredPath;
}

/** Stored instead of a cursor while the first walk has imported runs but no page without failures. */
export const unfinishedWalk = 'unfinished';

/** Returns `null` if the mirror has not started yet. */
export async function readMirrorCursor(dataSource: DataSource, { source, path }: MirrorKey): Promise<string | null> {
  const rows: readonly { readonly cursor: string }[] = await dataSource.query(
    'SELECT change_cursor AS cursor FROM mirror_cursor WHERE source = $1 AND resource_id = $2',
    [source, path.taskId ?? path.projectId],
  );
  return rows[0]?.cursor ?? null;
}

/** Without the project there are no runs, so the mirror starts from the beginning. */
export async function saveMirrorCursor(
  dataSource: DataSource,
  { source, path }: MirrorKey,
  cursor: string,
): Promise<void> {
  await dataSource.query(
    `INSERT INTO mirror_cursor (source, resource_id, project_id, change_cursor)
     SELECT $1, $2, project.id, $4 FROM project WHERE project.id = $3
     ON CONFLICT (source, resource_id) DO UPDATE SET change_cursor = excluded.change_cursor`,
    [source, path.taskId ?? path.projectId, path.projectId, cursor],
  );
}
