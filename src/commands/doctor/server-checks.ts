import type { DataSource } from 'typeorm';
import { poolOf } from '../../database/connection/pool-of.js';
import { detectPooler } from '../../database/connection/pooler.js';
import { type Finding, failed, ok, warning } from './finding.js';

const supportedVersions = { oldest: 15, newest: 18 };
const maxClockDifferenceMs = 5000;

export async function checkVersion(dataSource: DataSource, target: string): Promise<Finding> {
  const [{ version, number }] = await dataSource.query(
    "SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS number",
  );
  const major = Math.floor(number / 10_000);
  const { oldest, newest } = supportedVersions;
  const message = `Connected${target}: PostgreSQL ${version}.`;
  if (major < oldest) return failed('database', message, `Upgrade it: the gateway requires PostgreSQL ${oldest}.`);
  if (major > newest)
    return warning('database', message, `The gateway is tested on PostgreSQL ${oldest} to ${newest}.`);
  return ok('database', message);
}

/** @param acceptsSettings whether time limits could be set on the connection */
export async function checkPooler(dataSource: DataSource, acceptsSettings: boolean): Promise<Finding> {
  const pooler = await detectPooler(poolOf(dataSource));
  if (pooler === null) return ok('pooler', 'None between the gateway and the server.');
  if (!pooler.keepsPrepared) {
    return warning(
      'pooler',
      'It does not keep prepared statements, so each statement is parsed and planned every time.',
      'Set max_prepared_statements = 200 in PgBouncer 1.21 or newer.',
    );
  }
  if (!acceptsSettings) {
    return warning(
      'pooler',
      'It rejects settings: only the gateway ends slow statements.',
      'Set statement_timeout and jit = off on the role of the gateway.',
    );
  }
  return ok('pooler', 'It keeps prepared statements.');
}

export async function checkRecovery(dataSource: DataSource): Promise<Finding> {
  const [{ standby, lag }] = await dataSource.query(`
    SELECT pg_is_in_recovery() AS standby,
      round(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::numeric, 1)::text AS lag`);
  if (!standby) return ok('recovery', 'The server is a primary.');
  const received = lag === null ? '' : `; the newest transaction it has applied is ${lag} s old`;
  return warning(
    'recovery',
    `The server is a standby${received}.`,
    'The gateway only reads and works on it; migrate, grant and the other commands that write need the primary.',
  );
}

export async function checkClock(dataSource: DataSource, now: () => number): Promise<Finding> {
  const before = now();
  const [{ milliseconds }] = await dataSource.query(
    'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS milliseconds',
  );
  const after = now();
  // The server may have read its clock at any moment between the two.
  const aheadMs = Math.max(0, Number(milliseconds) - after);
  const behindMs = Math.max(0, before - Number(milliseconds));
  const difference = Math.max(aheadMs, behindMs);
  const seconds = (difference / 1000).toFixed(1);
  if (difference <= maxClockDifferenceMs) {
    return ok('clock', `The clocks of server and process differ by ${seconds} s.`);
  }
  return warning(
    'clock',
    `The clock of the server is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} that of the process.`,
    'Synchronize both (NTP): the times of tokens are checked by the clock of the process, with 30 s of leeway.',
  );
}
