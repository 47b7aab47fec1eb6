import { recordFileDeletions, storageKeysOf } from '../../database/file-deletions.js';
import type { Failure } from '../bisect-write.js';
import { type Counts, importRuns } from '../import-runs.js';
import { type ChangesPage, hasNoChanges, isCursorExpired, readChangesPage } from './change-pages.js';
import { type DeletionTarget, deleteBytes, deleteOtherRuns, deleteRuns } from './delete-runs.js';
import { type MirrorKey, readMirrorCursor, saveMirrorCursor, unfinishedWalk } from './mirror-cursor.js';
import { createLineReader, type MirrorOptions } from './mirror-runs.js';
import { withPageSpool } from './page-spool.js';

export type MirrorCounts = Counts & { readonly deleted: number };

export interface MirrorChangesOptions extends Omit<MirrorOptions, 'since'>, DeletionTarget {
  /** The base URL of the service. */
  readonly source: string;
  /** Whether to keep runs that the service no longer has. */
  readonly keepsDeleted: boolean;
  /** Called after every page with the number of runs and deletions read. */
  readonly onProgress: (read: number) => void;
  readonly onFailure: (failure: Failure) => Promise<void>;
}

/**
 * Follows a service's changes from the cursor in the database. If the cursor has expired, or the first walk failed before
 * there was one, reads all runs, and deletes those that the service did not return. A run that fails keeps the cursor from
 * advancing, so it is read again the next time.
 * @returns `null` if the service has no feed of changes
 */
export async function mirrorChanges(options: MirrorChangesOptions): Promise<MirrorCounts | null> {
  const { dataSource, client, source, path, storage, keepsDeleted, onProgress } = options;
  const key: MirrorKey = { source, path };
  const readLines = createLineReader({ ...options, since: null });
  const counts = { read: 0, new: 0, changed: 0, unchanged: 0, erased: 0, deleted: 0, failed: 0 };
  const stored = await readMirrorCursor(dataSource, key);
  // Runs that an unfinished walk imported may be gone, and a new walk from the first run returns no deletions.
  let isComplete = stored === unfinishedWalk;
  let saved = isComplete ? null : stored;
  const first = await readChangesPage(client, path, saved).catch((error) => {
    if (saved !== null && isCursorExpired(error)) {
      isComplete = true;
      return readChangesPage(client, path, null);
    }
    if (stored === null && hasNoChanges(error)) return null;
    throw error;
  });
  if (first === null) return null;

  let unreadable = 0;
  await withPageSpool(async (present) => {
    for (let page = first; ; page = await readChangesPage(client, path, page.nextCursor)) {
      if (isComplete) await present.push(JSON.stringify(page.runs.flatMap(({ run }) => run?.id ?? [])));
      await importPage(page);
      onProgress(counts.read + counts.deleted);
      // Runs that the service cannot return change before it can.
      const isHeld = counts.failed > unreadable;
      if (!isComplete && (!isHeld || saved === null)) {
        saved = isHeld ? unfinishedWalk : page.nextCursor;
        await saveMirrorCursor(dataSource, key, saved);
      }
      if (page.hasNext) continue;
      // A run that the service could not return came without its id.
      if (!isComplete || unreadable > 0) return;
      if (!keepsDeleted) counts.deleted += await deleteOtherRuns(options, present);
      if (!isHeld) await saveMirrorCursor(dataSource, key, page.nextCursor);
      return;
    }
  });
  return counts;

  async function importPage({ runs, deletedIds }: ChangesPage): Promise<void> {
    if (!keepsDeleted && deletedIds.length > 0) counts.deleted += await deleteRuns(options, deletedIds);
    unreadable += runs.filter(({ run }) => run === null).length;
    const replacesBytes = storage !== null && !keepsDeleted;
    const keys = replacesBytes
      ? await storageKeysOf(
          dataSource,
          runs.flatMap(({ run }) => run?.id ?? []),
        )
      : [];
    const imported = await importRuns({
      dataSource,
      projectId: path.projectId,
      onFailure: options.onFailure,
      lines: readLines(runs),
      onCommit() {},
    });
    if (keys.length > 0) {
      await recordFileDeletions(dataSource, keys);
      await deleteBytes(options);
    }
    for (const [name, count] of Object.entries(imported)) counts[name as keyof Counts] += count;
  }
}
