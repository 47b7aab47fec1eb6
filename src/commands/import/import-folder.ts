import type { DatabaseConfig } from '../../config.js';
import { createDataSource } from '../../database/data-source.js';
import { assertSchemaIsCurrent } from '../../database/schema-version.js';
import { openExportFolder } from '../../import/export-folder.js';
import { importCatalogue } from '../../import/import-catalogue.js';
import { type Counts, importRuns } from '../../import/import-runs.js';
import { createRunProgress } from '../run-progress.js';
import { openRejectFile } from './reject-file.js';

/** A batch is larger than what the gateway sends, and may wait for another import's. */
const statementTimeoutMs = 600_000;

interface FolderImport {
  readonly folder: string;
  /** undefined: failed lines are not kept. */
  readonly rejectFile: string | undefined;
}

/** Shows how it goes on standard output, and each line that failed on standard error. */
export async function importFolder({ folder, rejectFile }: FolderImport, { database }: DatabaseConfig): Promise<void> {
  const { manifest, catalogue, runs, runCount } = await openExportFolder(folder);
  const dataSource = await createDataSource({
    url: database.url,
    poolSize: 1,
    timeoutMs: statementTimeoutMs,
  }).initialize();
  try {
    await assertSchemaIsCurrent(dataSource);
    const rejected = await openRejectFile(rejectFile);
    const progress = createRunProgress(process.stdout, runCount, Date.now);
    let committed = 0;
    try {
      await importCatalogue(dataSource, manifest, catalogue());
      const counts = await importRuns({
        dataSource,
        projectId: manifest.projectId,
        lines: runs(),
        onCommit({ read }) {
          committed = read;
          progress.show(read);
        },
        async onFailure({ line, reason }) {
          process.stderr.write(`${line.origin}: ${reason}\n`);
          await rejected.add(line.bytes);
        },
      });
      progress.finish(committed);
      process.stdout.write(`${summaryOf(counts)}\n`);
      process.exitCode = exitCodeOf(counts);
    } finally {
      await rejected.close();
    }
  } finally {
    await dataSource.destroy();
  }
}

function summaryOf(counts: Counts): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`);
  return `Runs: ${parts.join(', ')}.`;
}

/** 2 where only some could be imported. */
function exitCodeOf({ read, failed }: Counts): number {
  if (failed === 0) return 0;
  return failed === read ? 1 : 2;
}
