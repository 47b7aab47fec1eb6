import type { DataSource } from 'typeorm';
import type { PageSpool } from './page-spool.js';
import { type RunPage, toTime } from './run-pages.js';

/** The maximum time by which a run may appear later than runs that were created after it. */
const lagMs = 3_600_000;

export interface ListOptions {
  /** Newest first. */
  readonly pages: AsyncIterable<RunPage>;
  readonly spool: PageSpool;
  /**
   * Milliseconds since 1970. All runs created since then are listed, whether known or not. `null` to list only until
   * runs are known.
   */
  readonly since: number | null;
  /** Returns the ids of the runs that the database has. */
  readonly findKnown: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Called after every page with the number of runs so far. */
  readonly onList: (runs: number) => void;
}

/**
 * Writes pages to the spool, down to the first page whose runs are all known and older than the lag. They are imported
 * from the spool, oldest first, so that an interrupted import leaves no gap that the next one would miss.
 * @returns the number of runs
 */
export async function listNewRuns({ pages, spool, since, findKnown, onList }: ListOptions): Promise<number> {
  let count = 0;
  let newestKnown: number | undefined;
  for await (const { text, runs } of pages) {
    await spool.push(text);
    count += runs.length;
    onList(count);
    const readableRuns = runs.flatMap(({ run }) => (run === null ? [] : [{ id: run.id, time: toTime(run.created) }]));
    const oldest = Math.min(...readableRuns.map(({ time }) => time));
    if (since !== null) {
      if (oldest < since) break;
      continue;
    }
    const known = await findKnown(readableRuns.map(({ id }) => id));
    newestKnown ??= readableRuns.find(({ id }) => known.has(id.toLowerCase()))?.time;
    const isAllKnown = readableRuns.every(({ id }) => known.has(id.toLowerCase()));
    if (newestKnown !== undefined && isAllKnown && oldest < newestKnown - lagMs) break;
  }
  return count;
}

/** Returns a function that determines which of the given runs the database has in a project. */
export function createFindKnown(dataSource: DataSource, projectId: string) {
  return async (ids: readonly string[]): Promise<ReadonlySet<string>> => {
    const rows: readonly { readonly id: string }[] = await dataSource.query(
      `SELECT task_run.id FROM task_run JOIN task ON task.id = task_run.task_id
       WHERE task_run.id = ANY ($1::uuid[]) AND task.project_id = $2`,
      [ids, projectId],
    );
    return new Set(rows.map(({ id }) => id));
  };
}
