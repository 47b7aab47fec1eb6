import { existsSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import type { LocalDatabaseConfig } from '../../config/config.js';
import { withPath } from '../../errors/explain.js';
import { formatCount } from '../../format-count.js';
import type { Failure } from '../../import/bisect-write.js';
import { type Counts, importRuns } from '../../import/import-runs.js';
import type { Line } from '../../import/lines.js';
import { batchTimeoutMs, createRunProgress } from '../long-running.js';
import { withDatabase } from '../with-database.js';

/** Opens the database with the statement time limit for imports. */
export function withImportDatabase<T>(
  { dataDir, database }: LocalDatabaseConfig,
  action: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  return withDatabase({ dataDir, database: { ...database, timeoutMs: batchTimeoutMs } }, action);
}

/** The file for the bytes of lines that could not be imported. */
export interface RejectFile {
  add(bytes: Uint8Array): Promise<void>;
}

/**
 * Opens the file during an action, and removes it if it stays empty. If `path` is `undefined`, lines are not kept. A
 * file of an earlier import is renamed to the next free number, because someone may have corrected its lines.
 */
export async function withRejectFile(
  path: string | undefined,
  action: (rejected: RejectFile) => Promise<void>,
  output: { write(text: string): unknown } = process.stdout,
): Promise<void> {
  if (path === undefined) return action({ add: async () => {} });
  const earlier = await keepEarlierFile(path);
  if (earlier !== null) output.write(`${path} already existed and was renamed to ${earlier}.\n`);
  const file = await open(path, 'wx', 0o600);
  let isEmpty = true;
  try {
    await action({
      async add(bytes) {
        isEmpty = false;
        await withPath(path, async () => {
          await file.writeFile(bytes);
          await file.writeFile('\n');
        });
      },
    });
  } finally {
    await file.close();
    if (isEmpty) await rm(path);
  }
}

/** Renames the file to the first free number and returns that name, or `null` if there is no file. */
async function keepEarlierFile(path: string): Promise<string | null> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  // A device such as /dev/null cannot be renamed or read again.
  if (!found.isFile()) throw new Error(`--reject must be a new or existing file, but ${path} is neither.`);
  for (let number = 1; ; number += 1) {
    const name = `${path}.${number}`;
    if (existsSync(name)) continue;
    await rename(path, name);
    return name;
  }
}

/** Returns a function that reports a failed line, by default on standard error, and keeps it. */
export function failureReporter(rejected: RejectFile, errors: { write(text: string): unknown } = process.stderr) {
  return async ({ line, reason }: Failure): Promise<void> => {
    errors.write(`${line.origin}: ${reason}\n`);
    await rejected.add(line.bytes);
  };
}

export interface ImportLinesOptions {
  readonly dataSource: DataSource;
  readonly projectId: string;
  readonly lines: AsyncIterable<Line>;
  /** The total number of lines, for the progress. */
  readonly total: number;
  readonly rejected: RejectFile;
}

/** Imports lines, and prints progress to standard output and failed lines to standard error. Sets the exit code. */
export async function importLines({ total, rejected, ...options }: ImportLinesOptions): Promise<void> {
  const progress = createRunProgress(process.stdout, total, Date.now);
  let committed = 0;
  const counts = await importRuns({
    ...options,
    onCommit(read) {
      committed = read;
      progress.show(read);
    },
    onFailure: failureReporter(rejected),
  }).finally(() => progress.finish(committed));
  reportCounts(counts);
}

/** Prints the number of runs, and sets the exit code. */
export function reportCounts(counts: Counts): void {
  process.stdout.write(`${describeCounts('Runs', counts)}\n`);
  process.exitCode = importExitCode(counts.read, counts.failed);
}

/** Describes counts of runs or names, in order. If erased runs were left out, their count is a separate sentence. */
export function describeCounts(
  counted: 'Runs' | 'Names',
  { erased = 0, ...counts }: Readonly<Record<string, number>>,
): string {
  const parts = Object.entries(counts).map(([name, count]) => `${formatCount(count)} ${name}`);
  const leftOut = erased === 0 ? '' : ` ${formatCount(erased)} skipped, because their person was erased.`;
  return `${counted}: ${parts.join(', ')}.${leftOut}`;
}

/** Returns 2 if some lines failed, 1 if all did. */
export function importExitCode(read: number, failed: number): number {
  if (failed === 0) return 0;
  return failed === read ? 1 : 2;
}
