import { resolve } from 'node:path';
import type { Command } from 'commander';
import { databaseVariables, inspectDatabaseConfig } from '../config/config.js';
import { parseOneOf } from '../config/values.js';
import { exportKinds } from '../export/run-writer.js';
import { addServerVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, parseId, readOptions, valueOption } from './arguments/options.js';
import type { ExportRequest } from './export/export-runs.js';

export function createExportCommand(): Command {
  const command = createCommand('export', 'export the runs of a project or a task from the database to files')
    .usage(`--org ID --project ID [--task ID] --format ${exportKinds.join('|')} --out FOLDER`)
    .addOption(valueOption('--org <ID>', 'the organization'))
    .addOption(valueOption('--project <ID>', 'the project'))
    .addOption(valueOption('--task <ID>', 'only runs of this task'))
    .addOption(valueOption('--format <format>', `format of the files: ${exportKinds.join(', ')}`))
    .addOption(valueOption('--out <FOLDER>', 'folder for the files; an unfinished export in it is continued'));
  return addServerVariableOptions(command, [...databaseVariables, 'DATABASE_POOL_SIZE', 'DATABASE_CANCEL']).action(
    async () => {
      const [request, config] = readArguments(command, readExportRequest, inspectDatabaseConfig);
      const { exportRuns } = await import('./export/export-runs.js');
      await exportRuns(request, config);
    },
  );
}

/** @throws UsageError naming every option that is wrong */
export function readExportRequest(command: Command): ExportRequest {
  return readOptions(command, ({ required, optional }) => ({
    orgId: required('org', parseId),
    projectId: required('project', parseId),
    taskId: optional('task', parseId) ?? null,
    kind: required('format', (text) => parseOneOf(text, exportKinds)),
    folder: required('out', parseFolder),
  }));
}

function parseFolder(text: string): string {
  if (text === '') throw new Error('is empty.');
  return resolve(text);
}
