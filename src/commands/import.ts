import { statSync } from 'node:fs';
import { extname } from 'node:path';
import type { Command } from 'commander';
import { databaseVariables, inspectImportConfig, storageVariables } from '../config/config.js';
import { hostOf, isLoopbackHost } from '../config/values.js';
import { addVariableOptions, readArguments } from './arguments/configured-command.js';
import { parseMoment } from './arguments/moment.js';
import { createCommand, type OptionReader, parseId, parsePath, readOptions, valueOption } from './arguments/options.js';
import type { FileImport } from './import-sources/import-file.js';
import type { FolderImport } from './import-sources/import-folder.js';
import type { ServiceMirror } from './import-sources/mirror-service.js';
import { readRowFormat, rowFormats } from './import-sources/row-format.js';

export type ImportRequest = FolderImport | ServiceMirror | FileImport;

export function createImportCommand(): Command {
  const command = createCommand(
    'import',
    'add runs to DATABASE_URL or the embedded database from a file, an export or another service',
  )
    .usage(
      '--from FILE|-|FOLDER|URL [--org ID --project ID [--task ID]] [--format FORMAT] [--delimiter C] [--create [--names FILE]] [--map FILE] [--ignore-unknown] [--upsert] [--storage-prefix PREFIX] [--since DATE] [--files] [--keep-deleted] [--reject FILE]',
    )
    .addOption(
      valueOption(
        '--from <FILE|-|FOLDER|URL>',
        'a file of NDJSON or CSV, or - for standard input; a folder written by export as jsonl; or the URL of a service: https://…/api/v1',
      ),
    )
    .addOption(valueOption('--org <ID>', 'the organization of the runs, for a file or a URL'))
    .addOption(valueOption('--project <ID>', 'the project'))
    .addOption(valueOption('--task <ID>', 'the task of the runs in a file; for a URL, only runs of this task'))
    .addOption(
      valueOption('--format <format>', `${rowFormats.join(' or ')}, for a file with another extension, or for -`),
    )
    .addOption(valueOption('--delimiter <C>', "the character between the cells of CSV, ',' by default"))
    .option('--create', 'for a file: create the organization, project and task if they do not exist')
    .addOption(valueOption('--names <FILE>', 'JSON object from ids to names, for resources that --create creates'))
    .addOption(valueOption('--map <FILE>', 'JSON object from columns to fields of the rows'))
    .option('--ignore-unknown', 'for a file: ignore fields that are not columns')
    .option('--upsert', 'for a file: replace runs that exist, and delete runs whose row has deleted: true')
    .addOption(
      valueOption(
        '--storage-prefix <PREFIX>',
        "for a file: also accept storage keys with this prefix; '' accepts any. By default, a run keeps its keys",
      ),
    )
    .addOption(valueOption('--since <DATE>', 'for a URL: all runs created since this date, not only new runs'))
    .option('--files', 'for a URL: also copy the bytes of files')
    .option('--keep-deleted', 'for a URL: keep runs that the service has deleted')
    .addOption(
      valueOption(
        '--reject <FILE>',
        'file for rows and runs that cannot be imported; an existing file is renamed to FILE.1 and so on',
      ),
    );
  const variables = [...databaseVariables, ...storageVariables, 'IMPORT_TOKEN'] as const;
  return addVariableOptions(command, variables).action(async () => {
    const [request, config] = readArguments(command, readImportRequest, inspectImportConfig);
    if ('folder' in request) {
      const { importFolder } = await import('./import-sources/import-folder.js');
      await importFolder(request, config);
    } else if ('baseUrl' in request) {
      const { mirrorService } = await import('./import-sources/mirror-service.js');
      await mirrorService(request, config);
    } else {
      const { importFile } = await import('./import-sources/import-file.js');
      // Keeps the exit code of a signal.
      const exitCode = await importFile(request, config);
      process.exitCode ??= exitCode;
    }
  });
}

type Source = { readonly folder: string } | { readonly baseUrl: string } | { readonly file: string | null };
type SourceKind = 'file' | 'folder' | 'URL';

/** The options that apply only to some kinds of sources. */
const kindsOfOption: Readonly<Record<string, readonly SourceKind[]>> = {
  org: ['file', 'URL'],
  project: ['file', 'URL'],
  task: ['file', 'URL'],
  format: ['file'],
  delimiter: ['file'],
  create: ['file'],
  names: ['file'],
  map: ['file'],
  'ignore-unknown': ['file'],
  upsert: ['file'],
  'storage-prefix': ['file'],
  since: ['URL'],
  files: ['URL'],
  'keep-deleted': ['URL'],
};

/** @throws UsageError that lists all invalid options */
export function readImportRequest(command: Command): ImportRequest {
  return readOptions(command, (options) => {
    // `undefined` if it is missing or invalid.
    const source: Source | undefined = options.required('from', parseSource);
    const rejectFile = options.optional('reject', parsePath);
    if (source === undefined) return { folder: '', rejectFile };
    rejectOptionsOfOthers(command, options, kindOf(source));
    if ('folder' in source) return { ...source, rejectFile };
    if ('file' in source && source.file !== null && source.file === rejectFile)
      options.reject('--reject and --from name the same file. Choose another file for --reject.');
    if ('file' in source) return { ...readFileOptions(command, options, source.file), rejectFile };
    return {
      ...source,
      path: { ...readProject(options), taskId: options.optional('task', parseId) ?? null },
      since: options.optional('since', parseDate) ?? null,
      withFiles: isGiven(command, 'files'),
      keepsDeleted: isGiven(command, 'keep-deleted'),
      rejectFile,
    };
  });
}

function readFileOptions(command: Command, options: OptionReader, file: string | null): Omit<FileImport, 'rejectFile'> {
  const creates = isGiven(command, 'create');
  if (!creates && isGiven(command, 'names')) options.reject('--names requires --create.');
  const format = readRowFormat(options, file);
  if (format === 'ndjson' && isGiven(command, 'delimiter')) options.reject('--delimiter is only for CSV.');
  return {
    file,
    format,
    delimiter: options.optional('delimiter', parseDelimiter) ?? ',',
    path: { ...readProject(options), taskId: options.required('task', parseId) },
    creates,
    namesFile: options.optional('names', parsePath),
    mapFile: options.optional('map', parsePath),
    ignoresUnknown: isGiven(command, 'ignore-unknown'),
    replaces: isGiven(command, 'upsert'),
    storagePrefix: options.optional('storage-prefix', String),
  };
}

function readProject(options: OptionReader) {
  return { orgId: options.required('org', parseId), projectId: options.required('project', parseId) };
}

function rejectOptionsOfOthers(command: Command, options: OptionReader, kind: SourceKind): void {
  for (const [name, kinds] of Object.entries(kindsOfOption)) {
    if (kinds.includes(kind) || !isGiven(command, name)) continue;
    options.reject(`--${name} is only for a ${kinds.join(' or a ')}.`);
  }
}

function isGiven(command: Command, name: string): boolean {
  const option = command.options.find(({ long }) => long === `--${name}`);
  return command.getOptionValue(option!.attributeName()) !== undefined;
}

function kindOf(source: Source): SourceKind {
  if ('folder' in source) return 'folder';
  return 'file' in source ? 'file' : 'URL';
}

function parseDelimiter(text: string): string {
  if (/^[^"\r\n]$/.test(text)) return text;
  const advice = text === '\\t' ? " A tab is $'\\t'." : '';
  throw new Error(
    `must be one character other than a double quote or the end of a line, not ${JSON.stringify(text)}.${advice}`,
  );
}

function parseSource(text: string): Source {
  if (text === '-') return { file: null };
  if (!/^https?:/i.test(text)) return parseFileOrFolder(parsePath(text));
  if (!URL.canParse(text)) throw new Error('is not a URL.');
  const url = new URL(text);
  const { protocol, username, password, search, hash } = url;
  if (username || password || search || hash) throw new Error('has a user, password, query or fragment.');
  // The token would be sent unencrypted.
  if (protocol === 'http:' && !isLoopbackHost(hostOf(url))) {
    throw new Error('is an http: URL of another machine; use https:.');
  }
  return { baseUrl: text.replace(/\/+$/, '') };
}

/** Returns a file or a folder. A path that does not exist is a folder if it has no extension. */
function parseFileOrFolder(path: string): Source {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? extname(path) === '';
  return isFolder ? { folder: path } : { file: path };
}

function parseDate(text: string): number {
  return Date.parse(parseMoment(text, Date.now()));
}
