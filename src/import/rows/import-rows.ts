import type { DataSource } from 'typeorm';
import type { Line } from '../line.js';
import type { RunRow } from './run-row.js';
import { RowFault, type SourceRow } from './source-row.js';
import { type BatchTarget, type RowOutcome, writeBatch } from './write-batch.js';

export type RowCounts = Record<'read' | RowOutcome | 'rejected', number>;

export interface ImportRowsOptions {
  /** A database with the current schema. */
  readonly dataSource: DataSource;
  readonly target: BatchTarget;
  readonly rows: AsyncIterable<SourceRow>;
  /** Throws a RowFault. */
  readonly readRunRow: (row: SourceRow) => Promise<RunRow>;
  /** Called after every batch with the counts of committed rows. */
  readonly onCommit: (counts: RowCounts) => void;
  /** null: the import ends at the first invalid row. */
  readonly onReject: ((line: Line, reason: string) => Promise<void>) | null;
  /** Ends the import after the current batch. */
  readonly signal: AbortSignal;
}

// limit | Database and files | rows that `npm run import` writes in one transaction | | written in further transactions
const maxBatchRows = 1000;
// limit | Database and files | bytes of such rows | MiB | written in further transactions
const maxBatchBytes = 8 * 1024 * 1024;

interface Batch {
  /** Rows by id, in the order of the file. */
  readonly rows: Map<string, RunRow>;
  readonly rejected: { readonly line: Line; readonly reason: string }[];
  bytes: number;
}

/** Adds runs in bounded memory, in a transaction per batch. @throws Error for an invalid row without `onReject` */
export async function importRows(options: ImportRowsOptions): Promise<void> {
  const { dataSource, target, rows, readRunRow, onCommit, onReject, signal } = options;
  const counts: RowCounts = { read: 0, new: 0, replaced: 0, deleted: 0, skipped: 0, rejected: 0 };
  let batch = emptyBatch();

  for await (const row of rows) {
    const runRow = await readOrReject(row);
    // A statement cannot write the same run twice.
    if (runRow !== null && batch.rows.has(runRow.id)) await write();
    if (runRow !== null) batch.rows.set(runRow.id, runRow);
    batch.bytes += row.line.bytes.length;
    if (batch.rows.size + batch.rejected.length >= maxBatchRows || batch.bytes >= maxBatchBytes) await write();
    if (signal.aborted) return;
  }
  await write();

  async function readOrReject(row: SourceRow): Promise<RunRow | null> {
    try {
      return await readRunRow(row);
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      reject(row.line, error.message);
      return null;
    }
  }

  function reject(line: Line, reason: string): void {
    if (onReject === null) throw new Error(`${line.origin}: ${reason}`);
    batch.rejected.push({ line, reason });
  }

  async function write(): Promise<void> {
    const { rows: written, rejected } = batch;
    if (written.size > 0) {
      const { outcomes } = await writeBatch(dataSource, target, [...written.values()], (failures) => {
        for (const { row, reason } of failures) reject(row.line, reason);
      });
      for (const outcome of outcomes) counts[outcome] += 1;
      counts.read += outcomes.length;
    }
    for (const { line, reason } of rejected) await onReject!(line, reason);
    counts.rejected += rejected.length;
    counts.read += rejected.length;
    batch = emptyBatch();
    onCommit(counts);
  }
}

function emptyBatch(): Batch {
  return { rows: new Map(), rejected: [], bytes: 0 };
}
