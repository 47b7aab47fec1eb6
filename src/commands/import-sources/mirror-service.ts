import { ConfigError, type ImportConfig } from '../../config/config.js';
import { openStorage } from '../../files/open-storage.js';
import { createFindKnown, listNewRuns } from '../../import/mirror/list-new-runs.js';
import { mirrorChanges } from '../../import/mirror/mirror-changes.js';
import { mirroredLines } from '../../import/mirror/mirror-runs.js';
import { withPageSpool } from '../../import/mirror/page-spool.js';
import { type MirroredPath, runPages } from '../../import/mirror/run-pages.js';
import { ServiceClient } from '../../import/mirror/service-client.js';
import { createRunProgress } from '../long-running.js';
import { failureReporter, importLines, reportCounts, withImportDatabase, withRejectFile } from './import-lines.js';

export interface ServiceMirror {
  /** The base URL without a trailing slash. */
  readonly baseUrl: string;
  readonly path: MirroredPath;
  /** Milliseconds since 1970. */
  readonly since: number | null;
  readonly withFiles: boolean;
  /** Whether to keep runs that the service no longer has. */
  readonly keepsDeleted: boolean;
  readonly rejectFile: string | undefined;
}

export async function mirrorService(request: ServiceMirror, config: ImportConfig): Promise<void> {
  const { baseUrl, path, since, withFiles, keepsDeleted, rejectFile } = request;
  if (config.importToken === undefined)
    throw new ConfigError(['IMPORT_TOKEN is not set. The service requires a token.']);
  const client = new ServiceClient({ baseUrl, token: config.importToken });
  const openFiles = () => openStorage(config.files);
  const storage = withFiles ? await openFiles() : null;
  await withImportDatabase(config, (dataSource) =>
    withRejectFile(rejectFile, async (rejected) => {
      const mirror = { dataSource, client, path, storage };
      if (since === null) {
        const progress = createRunProgress(process.stdout, null, Date.now);
        let read = 0;
        const counts = await mirrorChanges({
          ...mirror,
          source: baseUrl,
          keepsDeleted,
          openStorage: openFiles,
          onFailure: failureReporter(rejected),
          onProgress(count) {
            read = count;
            progress.show(count);
          },
        }).finally(() => progress.finish(read));
        if (counts !== null) return reportCounts(counts);
      }
      await withPageSpool(async (spool) => {
        const listing = createRunProgress(process.stdout, null, Date.now);
        const total = await listNewRuns({
          pages: runPages(client, path),
          spool,
          since,
          findKnown: createFindKnown(dataSource, path.projectId),
          onList: (runs) => listing.show(runs),
        });
        listing.finish(total);
        const lines = mirroredLines({ ...mirror, since }, spool);
        await importLines({ dataSource, projectId: path.projectId, lines, total, rejected });
      });
    }),
  );
}
