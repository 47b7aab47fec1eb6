// Opens the database and the file storage, and the parts that read from them.

import type { DataSource } from 'typeorm';
import { createRunCounts } from '../admission/run-counts.js';
import { createScopeSizes, type ScopeSizes } from '../admission/scope-size.js';
import { PostgresStatements, type StatementRunner } from '../database/connection/statement-runner.js';
import { type Database, openDatabase } from '../database/open-database.js';
import { findTableLocks, watchLocks } from '../database/table-locks.js';
import { fillDemo } from '../demo/embedded-demo.js';
import { openStorage } from '../files/open-storage.js';
import type { FileStorage } from '../files/storage.js';
import { lazyByName } from '../scheduling/lazy.js';
import { type LaneObserver, type LaneStatus, ReadScheduler } from '../scheduling/read-scheduler.js';
import { watchHeldChanges } from '../task-runs/changes/held-changes.js';
import { requiresScan } from '../task-runs/visibility/filter-parts.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { CompositionContext } from './composition-context.js';

/** The parts that read runs, files and counts. */
export interface DataAccess {
  readonly storage: FileStorage;
  readonly database: Pick<Database, 'dataSource' | 'changes' | 'probe'>;
  readonly statements: StatementRunner;
  readonly scheduler: ReadScheduler;
  readonly scopeSizes: ScopeSizes;
}

export async function openDataAccess(context: CompositionContext): Promise<DataAccess> {
  const { config, log, metrics, openParts } = context;
  const storage = await openStorage(config.files);
  watchStorage(metrics, storage);
  const fill = (dataSource: DataSource) => fillDemo(dataSource, storage, context.demoStartMs);
  const database = await openDatabase(config, { log, fill });
  openParts.add('database', database.close);
  watchServers(metrics, database);
  const runner = new PostgresStatements(database.dataSource, {
    ...observeStatements(metrics),
    keepsPrepared: database.keepsPrepared,
    onPreparationLost: database.warnAboutLostStatements,
    replicas: database.replicas,
    cancelsOnAbort: config.database.url !== undefined && config.database.cancels,
    measuresTime: config.costMode !== 'off',
  });
  const statements = context.wrapStatements?.(runner) ?? runner;
  const scheduler = new ReadScheduler({
    connections: database.connections,
    timeoutMs: config.database.timeoutMs,
    observe: observeLanes(metrics),
  });
  watchLanes(metrics, scheduler);
  // Writes to the embedded database are serialized.
  if (config.database.url !== undefined) {
    reportHeldChanges(database.dataSource, context);
    reportLocks(database, scheduler, context);
  }
  const scopeSizes = await readScopeSizes(statements, context);
  return { storage, database, statements, scheduler, scopeSizes };
}

function watchStorage(metrics: Metrics, { ping }: FileStorage): void {
  if (ping === undefined) return;
  const check = () =>
    ping().then(
      () => 1,
      () => 0,
    );
  let underWay: Promise<number> | undefined;
  metrics.watch('fileStoreUp', async () => {
    underWay ??= check().finally(() => {
      underWay = undefined;
    });
    return [[{}, await underWay]];
  });
}

function watchLanes(metrics: Metrics, scheduler: ReadScheduler): void {
  const watch = (
    name: 'waitingReads' | 'runningStatements' | 'runningStatementsLimit',
    measure: (status: LaneStatus) => number,
  ) => metrics.watch(name, () => scheduler.status().map((status) => [{ lane: status.lane }, measure(status)] as const));
  watch('waitingReads', ({ waiting }) => waiting);
  watch('runningStatements', ({ running }) => running);
  watch('runningStatementsLimit', ({ limit }) => limit);
}

function watchServers(metrics: Metrics, { servers, connections }: Pick<Database, 'servers' | 'connections'>): void {
  metrics.watch('connections', () =>
    servers().flatMap(({ name: server, connections: all, idle }) => [
      [{ server, state: 'busy' }, all - idle] as const,
      [{ server, state: 'idle' }, idle] as const,
    ]),
  );
  metrics.watch('connectionLimit', () => [[{}, connections()]]);
  metrics.watch('replicaRead', () =>
    servers().flatMap(({ name: server, isRead }) =>
      isRead === undefined ? [] : [[{ server }, Number(isRead)] as const],
    ),
  );
  metrics.watch('replicaLag', () =>
    servers().flatMap(({ name: server, lag }) => (typeof lag === 'number' ? [[{ server }, lag] as const] : [])),
  );
}

const sameName = (name: string) => name;

/** Looks up each series only once, because statements are sent for every request. */
function observeStatements({ statements, statementSeconds }: Metrics) {
  const sent = lazyByName(sameName, (statement) => statements.labels({ statement }));
  const ended = lazyByName(sameName, (statement) => statementSeconds.labels({ statement }));
  return {
    onStatement: (statement: string) => sent(statement).inc(),
    onStatementEnd: (statement: string, ms: number) => ended(statement).observe(ms / 1000),
  };
}

function observeLanes({ readWait, statementKeys }: Metrics): LaneObserver {
  const waits = lazyByName(sameName, (lane) => readWait.labels({ lane }));
  const keysOf = lazyByName(sameName, (lane) => statementKeys.labels({ lane }));
  return {
    sent: (lane, keys) => keysOf(lane).observe(keys),
    waited: (lane, ms) => waits(lane).observe(ms / 1000),
  };
}

function reportHeldChanges(dataSource: DataSource, { log, now, metrics, openParts }: CompositionContext): void {
  const query = (text: string) => dataSource.query(text);
  const onSeconds = (seconds: number) => metrics.heldChanges.set(seconds);
  openParts.add('held changes', watchHeldChanges({ query, now, onSeconds, log }));
}

function reportLocks(
  { dataSource, probe }: Database,
  scheduler: ReadScheduler,
  { log, now, openParts }: CompositionContext,
): void {
  const find = () => findTableLocks(probe.query, dataSource);
  const hasSlowStatement = (milliseconds: number) => scheduler.hasStatementSince(milliseconds);
  openParts.add('lock watch', watchLocks({ find, hasSlowStatement, now, log }));
}

/** Reads the numbers of runs from which costs are estimated. */
async function readScopeSizes(
  statements: StatementRunner,
  { config: { costMode }, log, now }: CompositionContext,
): Promise<ScopeSizes> {
  const counts = createRunCounts(statements, now);
  // Without the counts, some estimates are too low, but the actual costs are still charged.
  if (costMode !== 'off') await counts.read().catch((err) => log.warn({ err }, 'counting runs failed'));
  return createScopeSizes({ counts: counts.current, requiresScan, now });
}
