import { ConfigError, type ImportConfig } from '../../config/config.js';
import { openStorage } from '../../files/open-storage.js';
import { createFindKnown } from '../../import/mirror/find-known.js';
import { listNewRuns } from '../../import/mirror/list-new-runs.js';
import { mirroredLines } from '../../import/mirror/mirror-runs.js';
import { withPageSpool } from '../../import/mirror/page-spool.js';
import { type MirroredPath, runPages } from '../../import/mirror/run-pages.js';
import { createServiceClient } from '../../import/mirror/service-client.js';
import { createRunProgress } from '../long-running.js';
import { importLines, withImportDatabase } from './import-lines.js';
import { withRejectFile } from './reject-file.js';

interface ServiceMirror {
  readonly baseUrl: string;
  readonly path: MirroredPath;
  readonly since: number | null;
  readonly withFiles: boolean;
  readonly rejectFile: string | undefined;
}

export async function mirrorService(request: ServiceMirror, config: ImportConfig): Promise<void> {
  const { baseUrl, path, since, withFiles, rejectFile } = request;
  if (config.importToken === undefined)
    throw new ConfigError(['IMPORT_TOKEN is not set. The service requires a token.']);
  const client = createServiceClient({ baseUrl, token: config.importToken });
  const storage = withFiles ? await openStorage(config.files) : null;
  await withImportDatabase(config, (dataSource) =>
    withRejectFile(rejectFile, (rejected) =>
      withPageSpool(async (spool) => {
        const listing = createRunProgress(process.stdout, null, Date.now);
        const total = await listNewRuns({
          pages: runPages(client, path),
          spool,
          since,
          findKnown: createFindKnown(dataSource, path.projectId),
          onList: (runs) => listing.show(runs),
        });
        listing.finish(total);
        const lines = mirroredLines({ dataSource, client, path, since, storage }, spool);
        await importLines({ dataSource, projectId: path.projectId, lines, total, rejected });
      }),
    ),
  );
}
