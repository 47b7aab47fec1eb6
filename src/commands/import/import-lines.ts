import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { ImportConfig } from '../../config.js';
import { connect } from '../../database/connect.js';
import { isDatabase } from '../../database/embedded/database-directory.js';
import { assertSchemaIsCurrent } from '../../database/schema-version.js';
import { type Counts, importRuns } from '../../import/import-runs.js';
import type { Line } from '../../import/line.js';
import { createRunProgress } from '../long-running/run-progress.js';
import type { RejectFile } from './reject-file.js';

// limit | Database and files | time for one statement of `npm run import` | ms | the command fails
/** A batch is larger than what the gateway sends, and may wait for another import's. */
const statementTimeoutMs = 600_000;

/** Opens one connection to the configured database, or to the embedded one while no gateway has it open. */
export async function withDatabase(
  { dataDir, database: { url } }: ImportConfig,
  action: (dataSource: DataSource) => Promise<void>,
): Promise<void> {
  if (url !== undefined) return withConnection(url, action);
  const directory = join(dataDir, 'database');
  if (!(await isDatabase(directory))) {
    throw new Error(
      `DATABASE_URL is not set, and there is no embedded database in ${dataDir}: start the gateway once, which makes it, or set DATABASE_URL or DATA_DIR.`,
    );
  }
  const { openEmbeddedDatabase } = await import('../../database/embedded/embedded-database.js');
  const embedded = await openEmbeddedDatabase({ directory, prepare: async () => {} });
  try {
    await withConnection(embedded.url, action);
  } finally {
    await embedded.close();
  }
}

async function withConnection(url: string, action: (dataSource: DataSource) => Promise<void>): Promise<void> {
  const dataSource = await connect({ url, poolSize: 1, timeoutMs: statementTimeoutMs, isWriting: true });
  try {
    await assertSchemaIsCurrent(dataSource);
    await action(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

export interface ImportLinesOptions {
  readonly dataSource: DataSource;
  readonly projectId: string;
  readonly lines: AsyncIterable<Line>;
  /** How many lines there are. */
  readonly total: number;
  readonly rejected: RejectFile;
}

/** Shows how it goes on standard output, and each line that failed on standard error. Sets the exit code. */
export async function importLines({ total, rejected, ...options }: ImportLinesOptions): Promise<void> {
  const progress = createRunProgress(process.stdout, total, Date.now);
  let committed = 0;
  const counts = await importRuns({
    ...options,
    onCommit({ read }) {
      committed = read;
      progress.show(read);
    },
    async onFailure({ line, reason }) {
      process.stderr.write(`${line.origin}: ${reason}\n`);
      await rejected.add(line.bytes);
    },
  }).finally(() => progress.finish(committed));
  process.stdout.write(`${summaryOf(counts)}\n`);
  process.exitCode = importExitCode(counts);
}

function summaryOf(counts: Counts): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`);
  return `Runs: ${parts.join(', ')}.`;
}

/** 2 where only some could be imported. */
function importExitCode({ read, failed }: Counts): number {
  if (failed === 0) return 0;
  return failed === read ? 1 : 2;
}
