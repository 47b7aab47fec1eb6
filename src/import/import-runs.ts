import type { DataSource } from 'typeorm';
import type { Failure } from './bisect-write.js';
import type { Line } from './lines.js';
import { plainFieldMap } from './rows/field-map.js';
import { importRows } from './rows/import-rows.js';
import { parseJsonLine } from './rows/ndjson-rows.js';
import { createRunRowReader } from './rows/run-row.js';
import type { SourceRow } from './rows/source-row.js';
import { type Outcome, runOutcomes, writeDiffering } from './rows/write-runs.js';

export type Counts = Record<'read' | Outcome | 'failed', number>;

export interface ImportRunsOptions {
  /** A database with the current schema. */
  readonly dataSource: DataSource;
  /** The project of the import. Runs of other projects fail. */
  readonly projectId: string;
  /** The JSON text of each run. */
  readonly lines: AsyncIterable<Line>;
  /** Called after every batch with the number of lines read. */
  readonly onCommit: (read: number) => void;
  readonly onFailure: (failure: Failure) => Promise<void>;
}

const readRunRow = createRunRowReader({
  map: plainFieldMap,
  taskId: null,
  // Services may return additional fields of a run.
  ignoresUnknown: true,
  acceptsDeletions: false,
  // Runs from an export or a service always have it.
  requiresRunData: true,
  file: null,
});

/** Adds runs from an export or a service, and replaces those that differ. Does not write unchanged runs. */
export async function importRuns(options: ImportRunsOptions): Promise<Counts> {
  const { dataSource, projectId, lines, onCommit, onFailure } = options;
  const { rejected: failed, ...counts } = await importRows({
    rows: rowsOf(lines),
    readRow: readRunRow,
    outcomes: runOutcomes,
    async write(rows, reject) {
      const written = await writeDiffering(dataSource, projectId, rows);
      for (const failure of written.failures) reject(failure);
      return written.outcomes;
    },
    onCommit: ({ read }) => onCommit(read),
    onReject: onFailure,
  });
  return { ...counts, failed };
}

async function* rowsOf(lines: AsyncIterable<Line>): AsyncGenerator<SourceRow> {
  for await (const line of lines) {
    const { fields, fault } = parseJsonLine(line.bytes);
    yield { number: 0, line: fault === undefined ? line : { fault, ...line }, fields };
  }
}
