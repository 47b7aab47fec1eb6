import type { DataSource } from 'typeorm';
import type { PageSpool } from './page-spool.js';
import { type RunPage, toTime } from './run-pages.js';

/** The longest time by which a run may appear after runs that were created later. */
const lagMs = 3_600_000;

export interface ListOptions {
  /** Newest first. */
  readonly pages: AsyncIterable<RunPage>;
  readonly spool: PageSpool;
  /** Milliseconds since 1970: all runs created since are listed, known or not. null: until runs are known. */
  readonly since: number | null;
  /** Returns the ids of the runs that the database has. */
  readonly findKnown: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Called after every page with the number of runs so far. */
  readonly onList: (runs: number) => void;
}

/**
 * Puts pages into the spool, down to the first page whose runs are all known and older than the lag. They are imported
 * from there, the oldest first, so that an interrupted import leaves no gap that the next one would miss.
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

/** Returns a function that finds which of the runs the database has in a project. */
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
