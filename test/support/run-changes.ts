import type { DataSource } from 'typeorm';
import type { Confinement } from '../../src/access/caller.js';
import type { BudgetOptions } from '../../src/admission/request-budget.js';
import { PostgresStatements } from '../../src/database/connection/statement-runner.js';
import { createRunServices } from '../../src/request/services.js';
import { ReadScheduler } from '../../src/scheduling/read-scheduler.js';
import { createChangeCursors } from '../../src/task-runs/changes/change-cursor.js';
import type { RunChangesPageInput, RunChangesService } from '../../src/task-runs/changes/run-changes.service.js';
import type { RunSelection } from '../../src/task-runs/columns/field-groups.js';
import type { RunExportService } from '../../src/task-runs/export/run-export.service.js';
import { createBudget, createCaller } from './callers.js';

const cursorKey = Buffer.alloc(32, 'key');
/** The cursors of all databases that are read without a gateway. */
export const changeCursors = createChangeCursors(cursorKey);

const ids: RunSelection = { fieldGroups: 0, pointers: [] };

export interface ChangesOptions {
  readonly maxBytes?: number;
  readonly memory?: BudgetOptions['memory'];
  readonly confinement?: Confinement;
  /** The time at which the caller's token expires, in seconds since the epoch. */
  readonly expiresAt?: number;
}

interface OpeningOptions {
  readonly staleEpoch?: string | null;
  readonly heartbeatMs?: number;
  readonly now?: () => number;
}

/** Reads changes directly from a database, for subjects, as requests to the gateway would. */
export function createChangesOn(
  dataSource: DataSource,
  { staleEpoch = null, heartbeatMs, now = Date.now }: OpeningOptions = {},
) {
  const counts: Record<string, number> = {};
  const statements = new PostgresStatements(dataSource, {
    onStatement: (name) => {
      counts[name] = (counts[name] ?? 0) + 1;
    },
    cancelsOnAbort: false,
    keepsPrepared: true,
  });
  const scheduler = new ReadScheduler({ connections: () => 4, timeoutMs: 60_000 });
  const services = createRunServices(statements, scheduler, {
    onPollFailure: () => {},
    staleEpoch,
    cursorKey,
    isIssuerTrusted: () => true,
    now,
    heartbeatMs,
  });
  const open = (subject: string, { maxBytes, memory, ...caller }: ChangesOptions = {}) => {
    const budget = createBudget({
      deadline: performance.now() + 60_000,
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(memory === undefined ? {} : { memory }),
    });
    const asCaller = { ...createCaller(subject), expiresAt: Number.MAX_SAFE_INTEGER / 1000, ...caller };
    return services.open(asCaller, budget);
  };
  return {
    /** Numbers of SQL statements by name. */
    counts,
    close: () => services.close(),
    openFor: (subject: string, options?: ChangesOptions): RunChangesService => open(subject, options).changes,
    exportsFor: (subject: string, options?: ChangesOptions): RunExportService => open(subject, options).exports,
  };
}

/** Reads all changes after a cursor, page by page. */
export async function readChanges(
  openChanges: () => RunChangesService,
  input: Omit<RunChangesPageInput, 'first'>,
  { first = 100, selection = ids }: { first?: number; selection?: RunSelection } = {},
) {
  const read: { id: string; cursor: string; previousCursor: string; deletedFrom: string | null }[] = [];
  for (let after = input.after ?? null; ; ) {
    const { changes, endCursor, hasMore } = await openChanges().page({ ...input, first, after }, selection);
    read.push(
      ...changes.map(({ run, deleted, ...cursors }) => ({
        ...cursors,
        id: run?.id ?? deleted!.runId,
        deletedFrom: deleted?.taskId ?? null,
      })),
    );
    after = endCursor;
    if (!hasMore) return { read, ids: read.map(({ id }) => id), endCursor };
  }
}
