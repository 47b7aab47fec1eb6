// A manually created export folder.

import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Queries } from './databases.js';

export interface ExportContent {
  readonly orgId: string;
  readonly projectId: string;
  readonly catalogue: readonly string[];
  readonly runs: readonly (string | Buffer)[];
}

/** Creates an export folder with two files of runs. `manifest` overwrites members of the manifest. */
export async function makeExportFolder(
  { orgId, projectId, catalogue, runs }: ExportContent,
  manifest: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-export-'));
  const write = async (name: string, lines: readonly (string | Buffer)[]) => {
    const bytes = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
    await writeFile(join(folder, name), bytes);
    return { name, rows: lines.length, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  await write('catalogue.jsonl', catalogue);
  const middle = Math.ceil(runs.length / 2);
  const files = [
    await write('runs-00001.jsonl', runs.slice(0, middle)),
    await write('runs-00002.jsonl', runs.slice(middle)),
  ];
  const complete = {
    format: 'task-run-gateway-export',
    version: 1,
    kind: 'jsonl',
    org_id: orgId,
    project_id: projectId,
    task_id: null,
    watermark: 'x',
    complete: true,
    files,
    ...manifest,
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(complete));
  return folder;
}

const time = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * Returns the lines for everything in a project, with runs by id. Numbers are never converted to JavaScript numbers.
 */
export async function exportOf(database: Queries, orgId: string, projectId: string): Promise<ExportContent> {
  const linesOf = async (sql: string): Promise<string[]> =>
    (await database.query(sql, [projectId])).map(({ line }: { line: string }) => line);
  const rows = (type: string, where: string) =>
    linesOf(
      `SELECT (jsonb_build_object('type', '${type}') || to_jsonb(t))::text AS line FROM ${type} AS t WHERE ${where} ORDER BY id`,
    );
  return {
    orgId,
    projectId,
    catalogue: [
      ...(await rows('organization', 'id = (SELECT org_id FROM project WHERE id = $1)')),
      ...(await rows('project', 'id = $1')),
      ...(await rows('task', 'project_id = $1')),
      ...(await rows('reporting_group', 'project_id = $1')),
    ],
    runs: await linesOf(`
      SELECT (to_jsonb(run) - ARRAY['response_bytes', 'run_data_bytes', 'changed_xid'] || jsonb_build_object(
        'created', ${time('run.created')},
        'charged_credits', charged_credits::text,
        'is_error', coalesce(is_error, false),
        'llm_retries', coalesce(llm_retries, 0),
        'used_fallback_model', coalesce(used_fallback_model, false),
        'files', coalesce((
          SELECT jsonb_agg(to_jsonb(file) - ARRAY['task_run_id', 'position'] || jsonb_build_object('created', ${time('file.created')}) ORDER BY position)
          FROM task_run_file AS file WHERE task_run_id = run.id
        ), '[]')
      ))::text AS line
      FROM task_run AS run JOIN task ON task.id = run.task_id WHERE task.project_id = $1 ORDER BY run.id`),
  };
}
