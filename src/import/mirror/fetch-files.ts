import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { DataSource } from 'typeorm';
import { keepFiles, recordFileDeletions } from '../../database/file-deletions.js';
import { toFileUrlPath } from '../../files/file-path.js';
import type { FileStorage } from '../../files/storage.js';
import { type MirroredPath, type ServiceFile, type ServiceRun, withZone } from './run-pages.js';
import type { ServiceClient } from './service-client.js';

export interface StoredServiceFile extends ServiceFile {
  readonly storage_key: string;
}

const apiPath = '/api/v1';

/** Copies the bytes of a run's files into the storage, except for those that the database already has. */
export async function fetchFiles(
  { client, storage, dataSource }: { client: ServiceClient; storage: FileStorage; dataSource: DataSource },
  { orgId, projectId }: MirroredPath,
  { id, task_id: taskId, files }: ServiceRun,
): Promise<StoredServiceFile[]> {
  const given = (files ?? []).map(({ name, content_type, size_bytes, direction, created }) => {
    // Hashed, because a name may contain any characters.
    const digest = createHash('sha256').update(name).digest('hex').slice(0, 32);
    return {
      name,
      content_type,
      size_bytes,
      direction,
      created: withZone(created),
      // The service chooses the ids of runs, but not the project, so it cannot refer to the bytes of another project's
      // run.
      storage_key: `mirror/${projectId}/${id.toLowerCase()}/${digest}`,
      // Earlier versions stored bytes under this key. Their rows keep it.
      earlier_key: `mirror/${id.toLowerCase()}/${digest}`,
    };
  });
  if (given.length === 0) return [];
  const existing: readonly { readonly key: string }[] = await dataSource.query(
    `SELECT file.storage_key AS key
     FROM task_run_file AS file
       JOIN task_run ON task_run.id = file.task_run_id
       JOIN task ON task.id = task_run.task_id
       JOIN jsonb_to_recordset($3::jsonb)
         AS given (storage_key text, earlier_key text, size_bytes bigint, created timestamptz)
         ON file.storage_key IN (given.storage_key, given.earlier_key)
         AND (file.size_bytes, file.created) = (given.size_bytes, given.created)
     WHERE file.task_run_id = $1 AND task.project_id = $2`,
    [id, projectId, JSON.stringify(given)],
  );
  const existingKeys = new Set(existing.map(({ key }) => key));
  const stored: StoredServiceFile[] = [];
  const newKeys: string[] = [];
  for (const { earlier_key: earlierKey, ...file } of given) {
    const { name, size_bytes: size, storage_key: key } = file;
    if (!existingKeys.has(key) && existingKeys.has(earlierKey)) {
      stored.push({ ...file, storage_key: earlierKey });
      continue;
    }
    stored.push(file);
    if (existingKeys.has(key)) continue;
    await dataSource.transaction((transaction) => keepFiles(transaction, [key]));
    const path = toFileUrlPath({ orgId, projectId, taskId, id, name }).slice(apiPath.length);
    const bytes = Readable.from(client.getBytes(path, size), { objectMode: false });
    await storage.put(key, { size, stream: bytes }).catch(async (error) => {
      // The run is not written, and may never be: nothing else would refer to the bytes of its other files.
      await recordFileDeletions(dataSource, newKeys);
      throw error;
    });
    newKeys.push(key);
  }
  return stored;
}
