import type { DataSource } from 'typeorm';
import { isResourceId } from '../../access/resource-id.js';
import { readErasedRuns, type WrittenRun } from '../../database/erasures.js';
import { explain } from '../../errors/explain.js';
import type { FileStorage } from '../../files/storage.js';
import { importCatalogue, placeRows } from '../import-catalogue.js';
import type { Line } from '../lines.js';
import { fetchFiles } from './fetch-files.js';
import type { PageSpool } from './page-spool.js';
import { type MirroredPath, parsePage, type RunPage, type ServiceRun, toTime } from './run-pages.js';
import type { ServiceClient } from './service-client.js';

export interface MirrorOptions {
  readonly dataSource: DataSource;
  readonly client: ServiceClient;
  readonly path: MirroredPath;
  /** Older runs are left out; `null` means no limit. */
  readonly since: number | null;
  /** The storage for the bytes of files; `null` if files are not imported. */
  readonly storage: FileStorage | null;
}

/** Yields the runs of a spool as lines, oldest first, after writing the rows to which they refer. */
export async function* mirroredLines(options: MirrorOptions, spool: PageSpool): AsyncGenerator<Line> {
  const readLines = createLineReader(options);
  for await (const text of spool.reversed()) yield* readLines(parsePage(text).runs.toReversed());
}

/** Creates the function that yields runs as lines, after writing the rows to which they refer. */
export function createLineReader(options: MirrorOptions) {
  const addReferences = createReferences(options);
  return async function* readLines(paged: RunPage['runs']): AsyncGenerator<Line> {
    const runs = paged.filter(
      ({ run }) => run === null || options.since === null || toTime(run.created) >= options.since,
    );
    await addReferences(runs.flatMap(({ run }) => run ?? []));
    // The import leaves these runs out, so their bytes must not be fetched, either.
    const erased = await readErasedRuns(
      options.dataSource,
      runs.flatMap(({ run }) => (run === null ? [] : toWrittenRun(run))),
    );
    for (const { run, text } of runs) {
      if (run === null)
        yield { bytes: Buffer.from(text), origin: 'a run', fault: 'The service returned null for the run.' };
      else yield await toLine(erased.has(run.id.toLowerCase()) ? { ...options, storage: null } : options, run, text);
    }
  };
}

function toWrittenRun({ id, task_id: taskId, user_id: userId, created }: ServiceRun): WrittenRun {
  const time = new Date(toTime(created)).toISOString();
  // The import rejects runs of any other year.
  const hasYear = /^\d{4}-/.test(time) && !time.startsWith('0000');
  return { id, taskId, userId: isResourceId(userId) ? userId : null, created: hasYear ? time : null };
}

async function toLine({ storage, path, ...rest }: MirrorOptions, run: ServiceRun, text: string): Promise<Line> {
  const origin = `run ${run.id}`;
  if (storage === null) return { bytes: Buffer.from(withFiles(text, null)), origin };
  try {
    const files = await fetchFiles({ ...rest, storage }, path, run);
    return { bytes: Buffer.from(withFiles(text, files)), origin };
  } catch (error) {
    return { bytes: Buffer.from(text), origin, fault: `Its files could not be fetched: ${explain(error)}` };
  }
}

/** Returns the JSON text of a run with its files replaced. If a member name occurs twice, the last one counts. */
function withFiles(text: string, files: unknown): string {
  return `${text.slice(0, -1)},"files":${JSON.stringify(files)}}`;
}

/**
 * Returns a function that adds the rows to which runs refer. The service has no catalogue, so missing organizations,
 * projects and tasks get their ids as names. Reporting groups are part of the runs.
 */
function createReferences({ dataSource, path }: MirrorOptions) {
  const { projectId } = path;
  const created = new Date().toISOString();
  const added = new Set<string>();
  const add = async (rows: readonly { readonly id: string }[], replaces: boolean) => {
    const texts = new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
    const lines = [...texts.values()]
      .filter((text) => !added.has(text))
      .map((text) => ({ bytes: Buffer.from(text), origin: 'The service' }));
    if (lines.length > 0) await importCatalogue(dataSource, path, lines, { replaces });
    for (const text of texts.values()) added.add(text);
  };
  return async (runs: readonly ServiceRun[]): Promise<void> => {
    const taskIds = runs.map(({ task_id }) => task_id);
    await add(placeRows(path, taskIds, created), false);
    const groups = runs.flatMap(({ reporting_group: group }) => group ?? []);
    await add(
      groups.map((group) => ({ project_id: projectId, ...group, type: 'reporting_group' })),
      true,
    );
  };
}
