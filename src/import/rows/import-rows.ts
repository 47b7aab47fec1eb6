import { declareLimit } from '../../limits.js';
import type { Failure } from '../bisect-write.js';
import { RowFault, type SourceRow } from './source-row.js';

/** The number of rows read, rejected, and with each outcome. */
export type RowCounts<Outcome extends string> = Record<'read' | Outcome | 'rejected', number>;

/** A row with an id that no other row of the same statement has. */
interface IdentifiedRow {
  readonly id: string;
}

export interface ImportRowsOptions<Row extends IdentifiedRow, Outcome extends string> {
  readonly rows: AsyncIterable<SourceRow>;
  /** Converts a row. Throws a RowFault if it is invalid. */
  readonly readRow: (row: SourceRow) => Row | Promise<Row>;
  /** All outcomes, in the order of the counts. */
  readonly outcomes: readonly Outcome[];
  /**
   * Writes rows with distinct ids, and returns the outcome of each row that was written.
   * @param reject called for the others
   */
  readonly write: (rows: readonly Row[], reject: (failure: Failure) => void) => Promise<readonly Outcome[]>;
  /** Called after every batch with the counts of committed rows. */
  readonly onCommit: (counts: RowCounts<Outcome>) => void;
  /** Called for each invalid row. If `null`, the import ends at the first one. */
  readonly onReject: ((failure: Failure) => Promise<void>) | null;
  /** Ends the import after the current batch. */
  readonly signal?: AbortSignal;
}

const maxBatchRows = declareLimit(1000, {
  section: 'Database and files',
  name: 'rows that `npm run import` or `names` writes in one transaction',
  beyond: 'written in several transactions',
});
const maxBatchBytes = declareLimit(8 * 1024 * 1024, {
  section: 'Database and files',
  name: 'bytes of these rows',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'written in several transactions',
});

interface Batch<Row> {
  /** Rows by id, in the order of the source. */
  readonly rows: Map<string, Row>;
  readonly rejected: Failure[];
  bytes: number;
}

/** Imports rows batch by batch, in bounded memory. @throws Error for an invalid row without `onReject` */
export async function importRows<Row extends IdentifiedRow, Outcome extends string>({
  rows,
  readRow,
  outcomes,
  write,
  onCommit,
  onReject,
  signal,
}: ImportRowsOptions<Row, Outcome>): Promise<RowCounts<Outcome>> {
  const names = ['read', ...outcomes, 'rejected'] as const;
  const counts = Object.fromEntries(names.map((name) => [name, 0])) as RowCounts<Outcome>;
  let batch = emptyBatch<Row>();

  for await (const row of rows) {
    const read = await readOrReject(row);
    // A statement cannot write the same row twice.
    if (read !== null && batch.rows.has(read.id)) await writeBatch();
    if (read !== null) batch.rows.set(read.id, read);
    batch.bytes += row.line.bytes.length;
    if (batch.rows.size + batch.rejected.length >= maxBatchRows || batch.bytes >= maxBatchBytes) await writeBatch();
    if (signal?.aborted) return counts;
  }
  await writeBatch();
  return counts;

  async function readOrReject(row: SourceRow): Promise<Row | null> {
    try {
      return await readRow(row);
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      reject({ line: row.line, reason: error.message });
      return null;
    }
  }

  function reject(failure: Failure): void {
    if (onReject === null) throw new Error(`${failure.line.origin}: ${failure.reason}`);
    batch.rejected.push(failure);
  }

  async function writeBatch(): Promise<void> {
    const { rows: batchRows, rejected } = batch;
    const written = batchRows.size > 0 ? await write([...batchRows.values()], reject) : [];
    for (const outcome of written) counts[outcome] += 1;
    for (const failure of rejected) await onReject!(failure);
    counts.rejected += rejected.length;
    counts.read += written.length + rejected.length;
    batch = emptyBatch();
    onCommit(counts);
  }
}

function emptyBatch<Row>(): Batch<Row> {
  return { rows: new Map(), rejected: [], bytes: 0 };
}
