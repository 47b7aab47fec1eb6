import { commandLine } from '../../command-line.js';
import type { DatabaseConfig } from '../../config/config.js';
import { findStaleEpoch, readCursorKey } from '../../database/change-epoch.js';
import { createOperatorStatements } from '../../database/connection/operator-statements.js';
import { exportGroups, exportSelection } from '../../export/export-columns.js';
import { exportToFolder } from '../../export/folder/export-folder.js';
import type { ExportKind } from '../../export/run-writer.js';
import type { ExportPosition } from '../../task-runs/export/export-position.js';
import { createOperatorExport } from '../../task-runs/export/operator-export.js';
import { batchTimeoutMs, createRunProgress, stopSignal } from '../long-running.js';
import { withConnection } from '../with-database.js';

export interface ExportRequest {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string | null;
  readonly kind: ExportKind;
  /** Absolute. */
  readonly folder: string;
}

/** Exports runs, with progress on standard output. A signal ends it early, with the exit code for that signal. */
export async function exportRuns(request: ExportRequest, { database }: DatabaseConfig): Promise<void> {
  const { orgId, projectId, taskId, kind, folder } = request;
  await withConnection({ ...database, timeoutMs: batchTimeoutMs }, async (dataSource) => {
    if ((await findStaleEpoch(dataSource)) !== null) {
      throw new Error(`The database was restored, or lost transactions: run ${commandLine('epoch')} first.`);
    }
    const statements = await createOperatorStatements(dataSource, database);
    const source = createOperatorExport(statements, {
      path: { orgId, projectId, taskId },
      selection: exportSelection(exportGroups),
      cursorKey: await readCursorKey(dataSource),
      timeoutMs: batchTimeoutMs,
    });
    const signal = stopSignal();
    const catalogue = toJsonLines(await source.readCatalogue());
    const progress = createRunProgress(process.stdout, await source.countRuns(), Date.now);
    let written = 0;
    let isNew: boolean;
    try {
      isNew = await exportToFolder({
        folder,
        subject: { kind, org_id: orgId, project_id: projectId, task_id: taskId },
        source: {
          ...source,
          readCatalogue: async () => catalogue,
          pages: ({ from, ...part }) => source.pages({ ...part, from: from as ExportPosition | null }, signal),
        },
        onUnreadable: (column, id) => process.stderr.write(`${column} of ${id} cannot be shown: it is null.\n`),
        onProgress(runs) {
          written = runs;
          progress.show(runs);
        },
      });
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    } finally {
      progress.finish(written);
    }
    process.stdout.write(isNew ? `The export in ${folder} is complete.\n` : `${folder} holds this export already.\n`);
  });
}

function toJsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
