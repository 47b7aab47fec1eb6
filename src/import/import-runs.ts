import type { DataSource } from 'typeorm';
import { type Failure, importBatch, type Outcome } from './import-batch.js';
import type { Line } from './line.js';
import { plainFieldMap } from './rows/field-map.js';
import { parseJsonLine } from './rows/ndjson-rows.js';
import { createRunRowReader, type RunRow } from './rows/run-row.js';
import { RowFault } from './rows/source-row.js';

export type Counts = Record<'read' | Outcome | 'failed', number>;

export interface ImportRunsOptions {
  /** A database with the current schema. */
  readonly dataSource: DataSource;
  /** Runs of other projects fail. */
  readonly projectId: string;
  /** JSON texts of runs. */
  readonly lines: AsyncIterable<Line>;
  /** Called after every batch with the counts of committed runs. */
  readonly onCommit: (counts: Counts) => void;
  readonly onFailure: (failure: Failure) => Promise<void>;
}

const maxBatchLines = 1000;
const maxBatchBytes = 8_388_608;

const readRunRow = createRunRowReader({
  map: plainFieldMap,
  taskId: null,
  // Services may return more fields of a run.
  ignoresUnknown: true,
  acceptsDeletions: false,
  file: null,
});

/** Adds runs and replaces those that differ, in bounded memory. Unchanged runs are not written. */
export async function importRuns(options: ImportRunsOptions): Promise<Counts> {
  const { dataSource, projectId, lines, onCommit, onFailure } = options;
  const counts: Counts = { read: 0, new: 0, changed: 0, unchanged: 0, failed: 0 };
  for await (const batch of batchesOf(lines)) {
    const rows: RunRow[] = [];
    const failures: Failure[] = [];
    for (const line of batch) {
      const row = await readLine(line);
      if ('reason' in row) failures.push(row);
      else rows.push(row);
    }
    const result = await importBatch(dataSource, projectId, rows);
    failures.push(...result.failures);
    for (const failure of failures) await onFailure(failure);
    for (const outcome of result.outcomes) counts[outcome] += 1;
    counts.failed += failures.length;
    counts.read += batch.length;
    onCommit(counts);
  }
  return counts;
}

async function readLine(line: Line): Promise<RunRow | Failure> {
  const parsed = parseJsonLine(line.bytes);
  const fault = line.fault ?? parsed.fault;
  try {
    return await readRunRow({
      number: 0,
      line: fault === undefined ? line : { ...line, fault },
      fields: parsed.fields,
    });
  } catch (error) {
    if (!(error instanceof RowFault)) throw error;
    return { line, reason: error.message };
  }
}

async function* batchesOf(lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let size = 0;
  for await (const line of lines) {
    batch.push(line);
    size += line.bytes.length;
    if (batch.length < maxBatchLines && size < maxBatchBytes) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}
