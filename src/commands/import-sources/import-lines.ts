import { open, rm } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import type { ImportConfig } from '../../config/config.js';
import { formatCount } from '../../format-count.js';
import { type Counts, importRuns } from '../../import/import-runs.js';
import type { Line } from '../../import/lines.js';
import type { Failure } from '../../import/write-in-halves.js';
import { batchTimeoutMs, createRunProgress } from '../long-running.js';
import { withDatabase } from '../with-database.js';

/** Opens the database with the time limit for statements of an import. */
export function withImportDatabase(
  { dataDir, database }: ImportConfig,
  action: (dataSource: DataSource) => Promise<void>,
): Promise<void> {
  return withDatabase({ dataDir, database: { ...database, timeoutMs: batchTimeoutMs } }, action);
}

/** The file for the bytes of lines that could not be imported. */
export interface RejectFile {
  add(bytes: Uint8Array): Promise<void>;
}

/**
 * Opens the file during an action, and removes it if it stays empty. `path` undefined: lines are not kept.
 * @throws Error if the file exists, because it may hold lines of another import
 */
export async function withRejectFile(
  path: string | undefined,
  action: (rejected: RejectFile) => Promise<void>,
): Promise<void> {
  if (path === undefined) return action({ add: async () => {} });
  const file = await open(path, 'wx', 0o600);
  let isEmpty = true;
  try {
    await action({
      async add(bytes) {
        isEmpty = false;
        await file.writeFile(bytes);
        await file.writeFile('\n');
      },
    });
  } finally {
    await file.close();
    if (isEmpty) await rm(path);
  }
}

/** Returns a function that reports a line that failed, on standard error by default, and keeps it. */
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
  /** The number of lines. */
  readonly total: number;
  readonly rejected: RejectFile;
}

/** Imports lines, with progress on standard output and failed lines on standard error. Sets the exit code. */
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

/** Prints how many runs there were, and sets the exit code. */
export function reportCounts(counts: Counts): void {
  process.stdout.write(`${describeCounts(counts)}\n`);
  process.exitCode = importExitCode(counts.read, counts.failed);
}

/** Describes counts by their names, in their order. */
export function describeCounts(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${formatCount(count)} ${name}`);
  return `Runs: ${parts.join(', ')}.`;
}

/** Returns 2 if some lines failed, 1 if all did. */
export function importExitCode(read: number, failed: number): number {
  if (failed === 0) return 0;
  return failed === read ? 1 : 2;
}
