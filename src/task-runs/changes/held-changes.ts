// Changes are served up to the oldest open transaction that has written something, in any database of the server. This
// check reports how long such a transaction has been holding back changes committed after it.

import { checkPeriodically } from '../../database/periodic-check.js';
import { declareLimit } from '../../limits.js';
import type { Log } from '../../telemetry/logger.js';

interface HeldChangesOptions {
  /** Runs a statement on the primary. */
  readonly query: (text: string) => Promise<unknown>;
  /** Returns milliseconds since the epoch. */
  readonly now: () => number;
  /** Called after each check, with 0 if nothing is held back. */
  readonly onSeconds: (seconds: number) => void;
  readonly log: Log;
  readonly warnAfterSeconds?: number;
}

/** A transaction. Without `pg_read_all_stats`, the gateway's role sees neither its state nor its time. */
interface Row {
  readonly xid: string;
  readonly pid: number | null;
  readonly database: string | null;
  readonly application: string | null;
  readonly state: string | null;
  /** Name of a prepared transaction, which belongs to no process. */
  readonly prepared: string | null;
  readonly seconds: number | null;
}

const intervalMs = declareLimit(10_000, {
  section: 'Inside',
  name: 'time between two checks for a transaction that holds back changes',
  unit: 'ms',
  shownAs: 's',
});
const defaultWarnAfterSeconds = declareLimit(60, {
  section: 'Inside',
  name: 'time for which a transaction holds back changes',
  unit: 's',
  beyond: 'a warning in the log names it',
});

const text = `
WITH snapshot AS MATERIALIZED (SELECT pg_current_snapshot() AS value)
SELECT pg_snapshot_xmin(value)::text AS xid, activity.pid, coalesce(activity.datname, prepared.database) AS database,
  nullif(activity.application_name, '') AS application, activity.state, prepared.gid AS prepared,
  extract(epoch FROM clock_timestamp() - coalesce(activity.xact_start, prepared.prepared))::float8 AS seconds
FROM snapshot
LEFT JOIN pg_stat_activity AS activity ON activity.backend_xid = pg_snapshot_xmin(value)::xid
LEFT JOIN pg_prepared_xacts AS prepared ON prepared.transaction = pg_snapshot_xmin(value)::xid
WHERE pg_snapshot_xmin(value) < pg_snapshot_xmax(value)`;

/** Creates a check that warns once about each transaction. */
export function createHeldChangesCheck({
  warnAfterSeconds = defaultWarnAfterSeconds,
  ...options
}: HeldChangesOptions): () => Promise<void> {
  const { query, now, onSeconds, log } = options;
  let holder = { xid: '', seenAt: 0, isReported: false };
  return async function check(): Promise<void> {
    const [row] = (await query(text)) as Row[];
    if (row === undefined) return onSeconds(0);
    if (row.xid !== holder.xid) holder = { xid: row.xid, seenAt: now(), isReported: false };
    const seconds = row.seconds ?? (now() - holder.seenAt) / 1000;
    onSeconds(seconds);
    if (seconds < warnAfterSeconds || holder.isReported) return;
    holder.isReported = true;
    const known = Object.entries({ ...row, seconds: Math.round(seconds) }).filter(([, value]) => value !== null);
    log.warn(
      Object.fromEntries(known),
      'open transaction holds back changes, feeds lack everything committed since it began',
    );
  };
}

/** Checks periodically. Returns a function that stops the checks. */
export function watchHeldChanges(options: HeldChangesOptions): () => Promise<void> {
  return checkPeriodically(createHeldChangesCheck(options), intervalMs);
}
