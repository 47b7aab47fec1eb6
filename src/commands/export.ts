import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { commandLine } from '../command-line.js';
import { type DatabaseConfig, databaseVariables, inspectDatabaseConfig } from '../config/config.js';
import { parseOneOf } from '../config/values.js';
import { findStaleEpoch, readCursorKey } from '../database/change-epoch.js';
import type { FolderExport } from '../export/folder/export-folder.js';
import { type ExportKind, exportKinds } from '../export/run-writer.js';
import type { ExportPosition } from '../task-runs/export/export-position.js';
import { addServerVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, parseId, parsePath, readOptions, valueOption } from './arguments/options.js';
import { batchTimeoutMs, createRunProgress, type RunProgress, stopSignal } from './long-running.js';
import { withConnection } from './with-database.js';

/** The name for `jsonl` in the REST API. */
const formats = ['ndjson', ...exportKinds] as const;

export interface ExportRequest {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string | null;
  readonly kind: ExportKind;
  /** The absolute path. */
  readonly folder: string;
  /** Whether a complete export in the folder is replaced. */
  readonly renews: boolean;
}

export function createExportCommand(): Command {
  const command = createCommand(
    'export',
    'export the runs of a project or a task from the PostgreSQL in DATABASE_URL to files',
  )
    .usage(`--org ID --project ID [--task ID] --format ${formats.join('|')} --out FOLDER [--renew]`)
    .addOption(valueOption('--org <ID>', 'the organization'))
    .addOption(valueOption('--project <ID>', 'the project'))
    .addOption(valueOption('--task <ID>', 'only runs of this task'))
    .addOption(
      valueOption('--format <format>', `format of the files: ${formats.join(', ')}; ndjson and jsonl are the same`),
    )
    .addOption(valueOption('--out <FOLDER>', 'folder for the files; an unfinished export in it is continued'))
    .option('--renew', 'replace a complete export in the folder');
  return addServerVariableOptions(command, [
    ...databaseVariables,
    'DATABASE_POOL_SIZE',
    'DATABASE_CANCEL',
    'MODEL_POINTER',
  ]).action(async () => {
    const [request, config] = readArguments(command, readExportRequest, inspectDatabaseConfig);
    await exportRuns(request, config);
  });
}

/** @throws UsageError that lists all invalid options */
export function readExportRequest(command: Command): ExportRequest {
  return readOptions(command, (options) => ({
    orgId: options.required('org', parseId),
    projectId: options.required('project', parseId),
    taskId: options.optional('task', parseId) ?? null,
    kind: options.required('format', parseFormat),
    folder: options.required('out', parsePath),
    renews: command.getOptionValue('renew') === true,
  }));
}

function parseFormat(text: string): ExportKind {
  const format = parseOneOf(text, formats);
  return format === 'ndjson' ? 'jsonl' : format;
}

/**
 * Exports runs, and prints progress to standard output. A signal ends the export early, with the exit code for that
 * signal.
 */
export async function exportRuns(
  request: ExportRequest,
  { database, modelPointer }: Omit<DatabaseConfig, 'files'>,
): Promise<void> {
  const [
    { createOperatorStatements },
    { exportGroups, exportSelection },
    { exportToFolder },
    { createOperatorExport },
  ] = await Promise.all([
    import('../database/connection/statement-runner.js'),
    import('../export/export-columns.js'),
    import('../export/folder/export-folder.js'),
    import('../task-runs/export/operator-export.js'),
  ]);
  const { orgId, projectId, taskId, kind, folder, renews } = request;
  await withConnection({ ...database, timeoutMs: batchTimeoutMs }, async (dataSource) => {
    if ((await findStaleEpoch(dataSource)) !== null) {
      throw new Error(`The database was restored or lost transactions. Run ${commandLine('epoch')} first.`);
    }
    const statements = await createOperatorStatements(dataSource, database);
    const source = createOperatorExport(statements, {
      path: { orgId, projectId, taskId },
      selection: exportSelection(exportGroups, modelPointer ?? null),
      cursorKey: await readCursorKey(dataSource),
      timeoutMs: batchTimeoutMs,
    });
    const signal = stopSignal();
    const catalogue = toJsonLines(await source.readCatalogue());
    const total = await source.countRuns();
    let progress: RunProgress | undefined;
    let written = 0;
    let isNew = true;
    try {
      const options: FolderExport = {
        folder,
        subject: { kind, org_id: orgId, project_id: projectId, task_id: taskId },
        source: {
          ...source,
          readCatalogue: async () => catalogue,
          pages: ({ from, ...part }) => source.pages({ ...part, from: from as ExportPosition | null }, signal),
        },
        hasModels: modelPointer !== undefined,
        onUnreadable: (column, id) =>
          process.stderr.write(`${column} of ${id} is out of range and was exported as null.\n`),
        onProgress(runs) {
          progress ??= createRunProgress(process.stdout, total, Date.now, runs);
          written = runs;
          progress.show(runs);
        },
      };
      if (renews) {
        const { renewExport } = await import('../export/folder/renew-export.js');
        await renewExport(options);
      } else isNew = await exportToFolder(options);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    } finally {
      progress?.finish(written);
    }
    if (isNew) process.stdout.write(`The export in ${folder} is complete.\n`);
    else {
      const { manifestName } = await import('../export/folder/manifest.js');
      const { mtime } = await stat(join(folder, manifestName));
      process.stdout.write(
        `${folder} already has this export, from ${describeAge(mtime, Date.now())}. Use --renew to replace it.\n`,
      );
    }
  });
}

/** Returns a time and its age, such as `2026-11-28T02:00:00Z, 3 hours ago`. */
export function describeAge(time: Date, now: number): string {
  const seconds = Math.max(0, Math.floor((now - time.getTime()) / 1000));
  const [unit, length] = ageUnits.find(([, unitLength]) => seconds >= unitLength) ?? ageUnits.at(-1)!;
  const count = Math.floor(seconds / length);
  return `${time.toISOString().slice(0, 19)}Z, ${count} ${unit}${count === 1 ? '' : 's'} ago`;
}

const ageUnits: readonly (readonly [string, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

function toJsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
