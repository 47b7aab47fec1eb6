// A mirror in a separate database that follows a gateway which is killed occasionally.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import pg from 'pg';
import { eventually } from '../eventually.js';
import { generated } from '../generated-runs.js';
import { spawnProgram } from '../spawned-program.js';
import { createTestDatabase } from '../template-database.mjs';

/**
 * The rows of runs and their files as the APIs show them: nulls in three columns are replaced by defaults, and files
 * are ordered.
 */
export const mirroredRowsSql = `
  SELECT to_jsonb(task_run) - 'changed_xid' || jsonb_build_object(
    'is_error', coalesce(is_error, false), 'llm_retries', coalesce(llm_retries, 0),
    'used_fallback_model', coalesce(used_fallback_model, false)) AS run, ARRAY(
    SELECT to_jsonb(file) - 'storage_key' - 'position' FROM task_run_file AS file WHERE task_run_id = task_run.id ORDER BY position
  ) AS files
  FROM task_run WHERE task_id IN (SELECT id FROM task WHERE project_id = '${generated.projectId}') ORDER BY id`;

export interface FollowedMirror {
  /** The number of imports started, and how many of them failed as a whole. */
  readonly imports: number;
  readonly failures: number;
  readonly rows: readonly unknown[];
  readonly keysInDatabase: readonly string[];
  /** The bytes in the storage by key. */
  readonly stored: Readonly<Record<string, string>>;
}

/** Imports repeatedly, and once more after the end. */
export async function followByMirror(
  isOver: () => boolean,
  { url, token, orgId, projectId }: Readonly<Record<'url' | 'token' | 'orgId' | 'projectId', string>>,
): Promise<FollowedMirror> {
  const database = await createTestDatabase('migrated');
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-mirror-'));
  const from = ['--from', `${url}/api/v1`, '--org', orgId, '--project', projectId, '--files'];
  const environment = { DATABASE_URL: database.url!, DATA_DIR: dataDir, IMPORT_TOKEN: token };
  let imports = 0;
  let failures = 0;
  const importOnce = async () => {
    imports += 1;
    const { code, errors } = await spawnProgram(['main.js', 'import', ...from], environment).ended;
    if (code !== 0) failures += 1;
    return { code, errors };
  };
  try {
    while (!isOver()) await importOnce();
    await eventually(async () => expect(await importOnce()).toEqual({ code: 0, errors: '' }));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(mirroredRowsSql);
    const keys = await client.query('SELECT DISTINCT storage_key AS key FROM task_run_file ORDER BY key');
    await client.end();
    const folder = join(dataDir, 'files');
    const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const stored: Record<string, string> = {};
    for (const { parentPath, name } of entries) {
      const path = join(parentPath, name);
      stored[relative(folder, path)] = await readFile(path, 'utf8');
    }
    return { imports, failures, rows, keysInDatabase: keys.rows.map(({ key }) => key), stored };
  } finally {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
