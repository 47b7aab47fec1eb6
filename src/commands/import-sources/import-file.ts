import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import { commandLine } from '../../command-line.js';
import type { ImportConfig } from '../../config/config.js';
import { findProjectOf } from '../../database/resources.js';
import { formatMoment } from '../../dates/moment.js';
import { formatCount } from '../../format-count.js';
import type { Failure } from '../../import/bisect-write.js';
import { importCatalogue, placeRows } from '../../import/import-catalogue.js';
import { type FieldMap, parseFieldMap, plainFieldMap } from '../../import/rows/field-map.js';
import { importRows, type RowCounts } from '../../import/rows/import-rows.js';
import { assertKnownFields, createRunRowReader, type SourceFile } from '../../import/rows/run-row.js';
import { type RowOutcome, rowOutcomes, writeToTask } from '../../import/rows/write-runs.js';
import { isJsonObject } from '../../json/is-json-object.js';
import { findExisting } from '../find-resource.js';
import { createRunProgress, type ImportTerminal, importTerminal } from '../long-running.js';
import {
  describeCounts,
  failureReporter,
  importExitCode,
  type RejectFile,
  withImportDatabase,
  withRejectFile,
} from './import-lines.js';
import { openRows, type RowFile } from './open-rows.js';

export interface FileImport extends RowFile {
  readonly path: { readonly orgId: string; readonly projectId: string; readonly taskId: string };
  /** Whether to create the organization, project and task if they do not exist. */
  readonly creates: boolean;
  readonly namesFile: string | undefined;
  readonly mapFile: string | undefined;
  readonly ignoresUnknown: boolean;
  /** Whether existing runs are replaced. */
  readonly replaces: boolean;
  /** The prefix of storage keys to which rows may refer; `undefined` allows only keys that their runs already have. */
  readonly storagePrefix: string | undefined;
  readonly rejectFile: string | undefined;
}

/** Imports a file, and prints progress and a summary to the output. Returns the exit code. */
export async function importFile(
  request: FileImport,
  config: ImportConfig,
  terminal: ImportTerminal = importTerminal(),
): Promise<number> {
  const { file, path, mapFile, namesFile, ignoresUnknown, replaces, storagePrefix } = request;
  const map = mapFile === undefined ? plainFieldMap : parseFieldMap(await readFile(mapFile, 'utf8'));
  const names = namesFile === undefined ? new Map() : parseNames(await readFile(namesFile, 'utf8'));
  const readRunRow = createRunRowReader({
    map,
    taskId: path.taskId,
    ignoresUnknown,
    acceptsDeletions: replaces,
    requiresRunData: false,
    file: file === null ? null : await describeFile(file),
  });
  const source = await openRows(request, terminal);
  if (source.fields !== null) {
    assertOtherDelimiter(source.fields, map, request.delimiter);
    if (!ignoresUnknown) assertKnownFields(source.fields, map);
  }

  let counts: RowCounts<RowOutcome> = { read: 0, new: 0, replaced: 0, deleted: 0, skipped: 0, erased: 0, rejected: 0 };
  await withImportDatabase(config, (dataSource) =>
    withRejectFile(
      request.rejectFile,
      async (rejected) => {
        if (request.creates) await createPath(dataSource, path, names);
        else await assertPathExists(dataSource, path);
        const progress = createRunProgress(terminal.output, null, Date.now);
        try {
          await importRows({
            rows: source.rows,
            readRow: readRunRow,
            outcomes: rowOutcomes,
            write: (rows, reject) => writeToTask(dataSource, { ...path, replaces, storagePrefix }, rows, reject),
            signal: terminal.signal,
            onCommit(committed) {
              counts = { ...committed };
              progress.show(counts.read);
            },
            onReject: request.rejectFile === undefined ? null : rejecter(source.header, rejected, terminal),
          });
        } finally {
          progress.finish(counts.read);
          const present = counts.new + counts.replaced + counts.skipped;
          terminal.output.write(`${describeCounts('Runs', counts)} ${formatCount(present)} are in the database.\n`);
        }
      },
      terminal.output,
    ),
  );
  const grant = commandLine('grant', `--user SUB --role owner --task ${path.taskId}`);
  terminal.output.write(`To let a user see these runs: ${grant}\n`);
  return importExitCode(counts.read, counts.rejected);
}

/**
 * Reports rejected rows, and writes them to a file with the original header, so that they can be corrected and
 * imported.
 */
function rejecter(header: string | null, rejected: RejectFile, { errors }: ImportTerminal) {
  const report = failureReporter(rejected, errors);
  let isWithHeader = header === null;
  return async (failure: Failure): Promise<void> => {
    if (!isWithHeader) await rejected.add(Buffer.from(header!));
    isWithHeader = true;
    await report(failure);
  };
}

/**
 * Without this check, `--ignore-unknown` would import rows without any of their values.
 * @throws Error if the first line of CSV is a single column whose name contains a different delimiter
 */
function assertOtherDelimiter(names: readonly string[], { fields }: FieldMap, delimiter: string): void {
  const [name] = names;
  if (names.length > 1 || name === undefined || fields.has(name)) return;
  const found = [',', ';', '\t', '|'].find((candidate) => name.includes(candidate));
  if (found === undefined) return;
  const option = found === '\t' ? "$'\\t'" : `'${found}'`;
  throw new Error(
    `The first line has only one column, ${JSON.stringify(name)}, with the delimiter ${JSON.stringify(delimiter)}. Use --delimiter ${option}.`,
  );
}

async function describeFile(path: string): Promise<SourceFile> {
  const { mtimeMs } = await stat(path);
  const seconds = Math.floor(mtimeMs / 1000);
  let digest: Promise<string> | undefined;
  return {
    modified: formatMoment({ seconds, microseconds: Math.floor((mtimeMs % 1000) * 1000) }),
    digest: () => (digest ??= digestOf(path)),
  };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Parses names by id. @throws Error unless the text is a JSON object that maps ids to names */
function parseNames(text: string): ReadonlyMap<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`The file of names is not JSON: ${(error as Error).message}`);
  }
  if (!isJsonObject(value)) throw new Error('The file of names must be a JSON object from ids to names.');
  return new Map(
    Object.entries(value).map(([id, name]) => {
      if (typeof name !== 'string' || name === '' || [...name].length > 64)
        throw new Error(`The name of ${id} must be a string of 1 to 64 characters.`);
      return [id.toLowerCase(), name];
    }),
  );
}

/** Creates missing parts of the path. Parts without a given name get their id as the name. */
async function createPath(
  dataSource: DataSource,
  path: FileImport['path'],
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = placeRows(path, [path.taskId], new Date().toISOString(), (id) => names.get(id) ?? id);
  const lines = rows.map((row) => ({ bytes: Buffer.from(JSON.stringify(row)), origin: `--create: the ${row.type}` }));
  await importCatalogue(dataSource, path, lines, { replaces: false });
}

/** @throws Error that names the part that does not exist, and alternatives */
async function assertPathExists(
  dataSource: DataSource,
  { orgId, projectId, taskId }: FileImport['path'],
): Promise<void> {
  try {
    await findExisting(dataSource, { type: 'organization', id: orgId });
    await findExisting(dataSource, { type: 'project', id: projectId });
    await findExisting(dataSource, { type: 'task', id: taskId });
  } catch (error) {
    throw new Error(`${(error as Error).message} Use --create to create it.`);
  }
  const found = await findProjectOf(dataSource, taskId);
  if (found.projectId !== projectId)
    throw new Error(`--task ${taskId} belongs to the project ${found.projectId}, not ${projectId}.`);
  if (found.orgId !== orgId)
    throw new Error(`--project ${projectId} belongs to the organization ${found.orgId}, not ${orgId}.`);
}
