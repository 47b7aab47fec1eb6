import type { ImportConfig } from '../../config/config.js';
import { openExportFolder } from '../../import/export-folder.js';
import { importCatalogue } from '../../import/import-catalogue.js';
import { importLines, withImportDatabase, withRejectFile } from './import-lines.js';

export interface FolderImport {
  readonly folder: string;
  /** The absolute path; `undefined` if failed lines are not kept. */
  readonly rejectFile: string | undefined;
}

export async function importFolder({ folder, rejectFile }: FolderImport, config: ImportConfig): Promise<void> {
  const { manifest, catalogue, runs, runCount } = await openExportFolder(folder);
  await withImportDatabase(config, (dataSource) =>
    withRejectFile(rejectFile, async (rejected) => {
      await importCatalogue(dataSource, manifest, catalogue(), { replaces: true });
      await importLines({ dataSource, projectId: manifest.projectId, lines: runs(), total: runCount, rejected });
    }),
  );
}
