import { isUtf8 } from 'node:buffer';
import type { DataSource } from 'typeorm';
import { type Failure, importBatch, type Outcome } from './import-batch.js';
import type { Line } from './line.js';

export type Counts = Record<'read' | Outcome | 'failed', number>;

export interface ImportRunsOptions {
  /** Its schema is current. */
  readonly dataSource: DataSource;
  /** Runs of other projects fail. */
  readonly projectId: string;
  /** Each the JSON text of a run. */
  readonly lines: AsyncIterable<Line>;
  /** Called after every batch, with all that is committed so far. */
  readonly onCommit: (counts: Counts) => void;
  readonly onFailure: (failure: Failure) => Promise<void>;
}

const maxBatchLines = 1000;
const maxBatchBytes = 8_388_608;

/** Adds runs and replaces those that differ, in bounded memory. Unchanged ones are not written. */
export async function importRuns(options: ImportRunsOptions): Promise<Counts> {
  const { dataSource, projectId, lines, onCommit, onFailure } = options;
  const counts: Counts = { read: 0, new: 0, changed: 0, unchanged: 0, failed: 0 };
  for await (const batch of batchesOf(lines)) {
    const documents: Line[] = [];
    const failures: Failure[] = [];
    for (const line of batch) {
      const reason = faultOf(line);
      if (reason === null) documents.push(line);
      else failures.push({ line, reason });
    }
    const result = await importBatch(dataSource, projectId, documents);
    failures.push(...result.failures);
    for (const failure of failures) await onFailure(failure);
    for (const outcome of result.outcomes) counts[outcome] += 1;
    counts.failed += failures.length;
    counts.read += batch.length;
    onCommit(counts);
  }
  return counts;
}

/** What keeps a line from being one JSON document; what is in it, PostgreSQL judges. */
function faultOf({ bytes, fault }: Line): string | null {
  if (fault !== undefined) return fault;
  if (!isUtf8(bytes)) return 'It is not UTF-8.';
  try {
    JSON.parse(bytes.toString());
    return null;
  } catch {
    // The message quotes the line.
    return 'It is not JSON.';
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
