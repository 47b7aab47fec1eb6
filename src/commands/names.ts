import type { Command } from 'commander';
import { databaseVariables, inspectLocalDatabaseConfig, type LocalDatabaseConfig } from '../config/config.js';
import { addVariableOptions, readArguments } from './arguments/configured-command.js';
import { createCommand, parsePath, readOptions, valueOption } from './arguments/options.js';
import { type RowFormat, readRowFormat, rowFormats } from './import-sources/row-format.js';
import { type ImportTerminal, importTerminal } from './long-running.js';

export interface NamesRequest {
  /** The absolute path; `null` for standard input. */
  readonly file: string | null;
  readonly format: RowFormat;
  /** Whether to delete names that the file does not contain. */
  readonly deletesMissing: boolean;
}

export function createNamesCommand(): Command {
  const command = createCommand(
    'names',
    'name users, task revisions and models in DATABASE_URL or the embedded database',
  )
    .usage('--from FILE|- [--format FORMAT] [--delete-missing]')
    .addOption(
      valueOption(
        '--from <FILE|->',
        'a file of NDJSON or CSV with the columns org_id, kind, id and name, or - for standard input',
      ),
    )
    .addOption(
      valueOption('--format <format>', `${rowFormats.join(' or ')}, for a file with another extension, or for -`),
    )
    .option('--delete-missing', 'delete names that are not in the file, for the organizations and kinds in it');
  return addVariableOptions(command, [...databaseVariables, 'DATA_DIR']).action(async () => {
    const [request, config] = readArguments(command, readNamesRequest, inspectLocalDatabaseConfig);
    const exitCode = await importNames(request, config);
    // Keeps the exit code of a signal.
    process.exitCode ??= exitCode;
  });
}

/** @throws UsageError that lists all invalid options */
export function readNamesRequest(command: Command): NamesRequest {
  return readOptions(command, (options) => {
    // `undefined` if it is missing or invalid.
    const source = options.required('from', parseSource);
    return {
      file: source?.file ?? null,
      format: source === undefined ? 'ndjson' : readRowFormat(options, source.file),
      deletesMissing: command.getOptionValue('deleteMissing') === true,
    };
  });
}

function parseSource(text: string): { readonly file: string | null } {
  return { file: text === '-' ? null : parsePath(text) };
}

/**
 * Imports the names of a file, and prints invalid rows to standard error and a summary to the output. Returns the exit
 * code.
 */
export async function importNames(
  request: NamesRequest,
  config: LocalDatabaseConfig,
  terminal: ImportTerminal = importTerminal(),
): Promise<number> {
  const [
    { openRows },
    { describeCounts, importExitCode, withImportDatabase },
    { importRows },
    { assertNameFields, readNameRow },
    names,
  ] = await Promise.all([
    import('./import-sources/open-rows.js'),
    import('./import-sources/import-lines.js'),
    import('../import/rows/import-rows.js'),
    import('../import/names/name-row.js'),
    import('../import/names/write-names.js'),
  ]);
  const source = await openRows({ ...request, delimiter: ',' }, terminal);
  if (source.fields !== null) assertNameFields(source.fields);
  const keys = new names.NameKeys();
  return withImportDatabase(config, async (dataSource) => {
    const { rejected, ...written } = await importRows({
      rows: source.rows,
      readRow(row) {
        const read = readNameRow(row);
        if (request.deletesMissing) keys.add(read);
        return read;
      },
      outcomes: names.nameOutcomes,
      write: (rows, reject) => names.writeNames(dataSource, rows, reject),
      onCommit: () => {},
      async onReject({ line, reason }) {
        terminal.errors.write(`${line.origin}: ${reason}\n`);
      },
      signal: terminal.signal,
    });
    // An invalid row may be one for a name that would be deleted.
    const isComplete = rejected === 0 && !terminal.signal.aborted;
    const deleted = request.deletesMissing && isComplete ? await keys.deleteOthers(dataSource) : 0;
    terminal.output.write(`${describeCounts('Names', { ...written, deleted, rejected })}\n`);
    if (request.deletesMissing && rejected > 0)
      terminal.output.write(
        'No names were deleted, because rows were rejected. Correct them, then run the command again.\n',
      );
    return importExitCode(written.read, rejected);
  });
}
