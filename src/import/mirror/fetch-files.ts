import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { DataSource } from 'typeorm';
import { toFileUrlPath } from '../../files/file-path.js';
import type { FileStorage } from '../../files/storage.js';
import { type MirroredPath, type ServiceFile, type ServiceRun, withZone } from './run-pages.js';
import type { ServiceClient } from './service-client.js';

export interface StoredServiceFile extends ServiceFile {
  readonly storage_key: string;
}

const apiPath = '/api/v1';

/** Copies the bytes of a run's files into the storage, except for those that the database has already. */
export async function fetchFiles(
  { client, storage, dataSource }: { client: ServiceClient; storage: FileStorage; dataSource: DataSource },
  { orgId, projectId }: MirroredPath,
  { id, task_id: taskId, files }: ServiceRun,
): Promise<StoredServiceFile[]> {
  const stored = (files ?? []).map(({ name, content_type, size_bytes, direction, created }) => ({
    name,
    content_type,
    size_bytes,
    direction,
    created: withZone(created),
    // Hashed, because a name may have any characters.
    storage_key: `mirror/${id.toLowerCase()}/${createHash('sha256').update(name).digest('hex').slice(0, 32)}`,
  }));
  if (stored.length === 0) return stored;
  const existing: readonly { readonly storage_key: string }[] = await dataSource.query(
    `SELECT storage_key
     FROM task_run_file
       JOIN jsonb_to_recordset($2::jsonb) AS given (storage_key text, size_bytes bigint, created timestamptz)
       USING (storage_key, size_bytes, created)
     WHERE task_run_id = $1`,
    [id, JSON.stringify(stored)],
  );
  for (const { name, size_bytes: size, storage_key: key } of stored) {
    if (existing.some(({ storage_key }) => storage_key === key)) continue;
    const path = toFileUrlPath({ orgId, projectId, taskId, id, name }).slice(apiPath.length);
    await storage.put(key, { size, stream: Readable.from(client.getBytes(path, size), { objectMode: false }) });
  }
  return stored;
}
