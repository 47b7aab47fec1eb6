import { resolve } from 'node:path';
import type { Command } from 'commander';
import { databaseVariables, inspectDatabaseConfig, storageVariables } from '../config.js';
import { isLoopbackHost } from '../config-values.js';
import { parseDateTime } from '../dates/parse-date-time.js';
import { addServerVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, parseId, readOptions, valueOption } from './arguments/options.js';

export type ImportRequest = (
  | { readonly folder: string }
  | {
      /** Without a slash at its end. */
      readonly baseUrl: string;
      readonly path: { readonly orgId: string; readonly projectId: string; readonly taskId: string | null };
      /** Milliseconds since 1970. */
      readonly since: number | null;
      readonly withFiles: boolean;
    }
) & {
  /** Absolute; undefined: failed lines are not kept. */
  readonly rejectFile: string | undefined;
};

export function createImportCommand(): Command {
  const command = createCommand('import', 'add runs to DATABASE_URL, and replace runs that have changed')
    .usage('--from FOLDER|URL [--org ID --project ID [--task ID] [--since DATE] [--files]] [--reject FILE]')
    .addOption(
      valueOption(
        '--from <FOLDER|URL>',
        'a folder written by export as jsonl, or the URL of a service: https://…/api/v1',
      ),
    )
    .addOption(valueOption('--org <ID>', 'the organization of the runs, with a URL'))
    .addOption(valueOption('--project <ID>', 'the project'))
    .addOption(valueOption('--task <ID>', 'only runs of this task'))
    .addOption(valueOption('--since <DATE>', 'all runs created since this date, not only new runs'))
    .option('--files', 'also copy the bytes of files')
    .addOption(valueOption('--reject <FILE>', 'new file for runs that cannot be imported'));
  const variables = [...databaseVariables, ...storageVariables, 'IMPORT_TOKEN'] as const;
  return addServerVariableOptions(command, variables).action(async () => {
    const [request, config] = readArguments(command, readImportRequest, inspectDatabaseConfig);
    if ('folder' in request) {
      const { importFolder } = await import('./import/import-folder.js');
      await importFolder(request, config);
    } else {
      const { mirrorService } = await import('./import/mirror-service.js');
      await mirrorService(request, config);
    }
  });
}

/** @throws UsageError naming every option that is wrong */
export function readImportRequest(command: Command): ImportRequest {
  return readOptions(command, ({ required, optional, reject }) => {
    // Undefined where it is missing or wrong.
    const source: ReturnType<typeof parseSource> | undefined = required('from', parseSource);
    const rejectFile = optional('reject', parsePath);
    const withFiles = command.getOptionValue('files') === true;
    if (source !== undefined && 'baseUrl' in source) {
      return {
        ...source,
        path: {
          orgId: required('org', parseId),
          projectId: required('project', parseId),
          taskId: optional('task', parseId) ?? null,
        },
        since: optional('since', parseDate) ?? null,
        withFiles,
        rejectFile,
      };
    }
    if (source !== undefined) {
      const rejectWithoutUrl = () => {
        throw new Error('is only for a URL.');
      };
      for (const name of ['org', 'project', 'task', 'since']) optional(name, rejectWithoutUrl);
      if (withFiles) reject('--files is only for a URL.');
    }
    return { folder: source?.folder ?? '', rejectFile };
  });
}

function parseSource(text: string): { readonly folder: string } | { readonly baseUrl: string } {
  if (!/^https?:/i.test(text)) return { folder: parsePath(text) };
  if (!URL.canParse(text)) throw new Error('is not a URL.');
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (username || password || search || hash) throw new Error('has a user, password, query or fragment.');
  // The token would be sent in the clear.
  if (protocol === 'http:' && !isLoopbackHost(hostname.replace(/^\[(.*)\]$/, '$1'))) {
    throw new Error('is an http: URL of another machine.');
  }
  return { baseUrl: text.replace(/\/+$/, '') };
}

function parsePath(text: string): string {
  if (text === '') throw new Error('is empty.');
  return resolve(text);
}

function parseDate(text: string): number {
  try {
    return Date.parse(parseDateTime(text).at(Date.now()));
  } catch (error) {
    throw new Error(`is not a date: ${(error as Error).message}.`);
  }
}
