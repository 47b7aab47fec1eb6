// Checks of the server and of the tables, each over a connection.

import type { DataSource } from 'typeorm';
import { commandLine } from '../../command-line.js';
import {
  missingSettings,
  selectTableOptions,
  type TableOptions,
  vacuumedTables,
} from '../../database/autovacuum-settings.js';
import { findStaleEpoch } from '../../database/change-epoch.js';
import { detectPooler, poolOf } from '../../database/connection/pooler.js';
import { compareSchema, nameMigrations } from '../../database/schema-version.js';
import { hasSearchIndex } from '../../database/search-index.js';
import { findTableLocks } from '../../database/table-locks.js';
import { countOverdueTasks } from '../../purge/purge-plan.js';
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
  if (major < oldest)
    return failed('database', message, `Upgrade the server: the gateway requires PostgreSQL ${oldest} or newer.`);
  if (major > newest)
    return warning('database', message, `The gateway is tested on PostgreSQL ${oldest} to ${newest}.`);
  return ok('database', message);
}

/** @param acceptsSettings whether time limits could be set on the connection */
export async function checkPooler(dataSource: DataSource, acceptsSettings: boolean): Promise<Finding> {
  const pooler = await detectPooler(poolOf(dataSource));
  if (pooler === null) return ok('pooler', 'There is no pooler between the gateway and the server.');
  if (!pooler.keepsPrepared) {
    return warning(
      'pooler',
      'The pooler does not keep prepared statements, so each statement is parsed and planned every time.',
      'Set max_prepared_statements = 200 in PgBouncer 1.21 or newer.',
    );
  }
  if (!acceptsSettings) {
    return warning(
      'pooler',
      'The pooler rejects settings, so only the gateway cancels slow statements.',
      'Set statement_timeout and jit = off on the role of the gateway.',
    );
  }
  return ok('pooler', 'The pooler keeps prepared statements.');
}

export async function checkRecovery(dataSource: DataSource): Promise<Finding> {
  const [{ standby, lag }] = await dataSource.query(`
    SELECT pg_is_in_recovery() AS standby,
      round(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::numeric, 1)::text AS lag`);
  if (!standby) return ok('recovery', 'The server is a primary.');
  const received = lag === null ? '' : `; the last transaction it replayed is ${lag} s old`;
  return warning(
    'recovery',
    `The server is a standby${received}.`,
    'The gateway works with a standby, because it only reads. Commands that write, such as migrate and grant, need the primary.',
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
    return ok('clock', `The clocks of the database server and of this process differ by ${seconds} s.`);
  }
  return warning(
    'clock',
    `The clock of the database server is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock of this process.`,
    'Synchronize both with NTP. The gateway checks the times of tokens by its own clock, with 30 s of leeway.',
  );
}

/** Checks whether the tables can be read at all. If not, later checks would only time out. */
export async function checkLocks(dataSource: DataSource): Promise<Finding> {
  const query = (text: string, values: unknown[]) => dataSource.query(text, values);
  const locks = await findTableLocks(query, dataSource);
  if (locks.length === 0) return ok('locks', "No process blocks reads of the gateway's tables.");
  const descriptions = locks.map(({ table, pid, application, since, blockedBy, waiting }) => {
    const details = [
      application ?? 'without an application_name',
      ...(since === null ? [] : [`since ${since}`]),
      ...(blockedBy.length === 0 ? [] : [`waits for ${blockedBy.join(', ')}`]),
      `${waiting} reads wait`,
    ];
    return `${table} by process ${pid} (${details.join(', ')})`;
  });
  return warning(
    'locks',
    `Locked against reads: ${descriptions.join('; ')}.`,
    'Wait for the process, or cancel it: SELECT pg_cancel_backend(pid);',
  );
}

const migrateRemedy = () => `Run ${commandLine('migrate')}.`;

export async function checkSchema(dataSource: DataSource): Promise<Finding> {
  const { known, pending, unknown, isNewer } = await compareSchema(dataSource);
  if (isNewer) {
    return failed(
      'schema',
      `The schema is newer than this program, which does not know ${listed(unknown)}.`,
      'Run a newer gateway.',
    );
  }
  if (pending.length > 0) {
    return failed('schema', `The schema lacks the ${nameMigrations(pending)}.`, migrateRemedy());
  }
  const newerMigrations = unknown.length > 0 ? ` A newer gateway has added ${listed(unknown)}.` : '';
  return ok('schema', `The schema is up to date. The last migration is ${known.at(-1)}.${newerMigrations}`);
}

interface TableState {
  readonly name: string;
  /** The table's schema; `null` if the table does not exist. */
  readonly schema: string | null;
  /** Whether the unqualified name resolves to the table. */
  readonly visible: boolean;
  /** Whether all columns can be read, even if only through grants on individual columns. */
  readonly readable: boolean;
  /** Whether row security policies apply to the role. */
  readonly secured: boolean;
}

/** Checks that the role may read all of the gateway's tables, in a schema that it may use. */
export async function checkPrivileges(dataSource: DataSource): Promise<Finding> {
  const names = [
    ...dataSource.entityMetadatas.map(({ tableName }) => tableName),
    dataSource.options.migrationsTableName ?? 'migrations',
  ];
  const [{ role }] = await dataSource.query('SELECT quote_ident(current_user) AS role');
  const tables: readonly TableState[] = await dataSource.query(tableStates, [names]);
  const missing = tables.filter(({ schema }) => schema === null).map(({ name }) => name);
  if (missing.length > 0)
    return failed('privileges', `These tables do not exist: ${listed(missing)}.`, migrateRemedy());
  const hidden = tables.filter(({ visible }) => !visible);
  if (hidden.length > 0) {
    const [schema] = hidden.map((table) => table.schema);
    return failed(
      'privileges',
      `The tables are in the schema ${schema}, which ${role} may not use or whose name is not in its search_path.`,
      `As the owner: GRANT USAGE ON SCHEMA ${schema} TO ${role}; ALTER ROLE ${role} SET search_path = ${schema};`,
    );
  }
  const unreadable = tables.filter(({ readable }) => !readable).map(({ name }) => name);
  if (unreadable.length > 0) {
    return failed(
      'privileges',
      `${role} may not read ${listed(unreadable)}.`,
      `As the owner: GRANT SELECT ON ${listed(unreadable)} TO ${role};`,
    );
  }
  const secured = tables.filter((table) => table.secured).map(({ name }) => name);
  if (secured.length > 0) {
    return warning(
      'privileges',
      `Row security policies restrict which rows of ${listed(secured)} ${role} can read.`,
      `The gateway must read all rows: ALTER ROLE ${role} BYPASSRLS, or add a policy that allows them.`,
    );
  }
  return ok('privileges', `${role} may read all ${tables.length} tables.`);
}

const tableStates = `
  SELECT name, quote_ident(nspname) AS schema, coalesce(pg_table_is_visible(found.oid), false) AS visible,
    coalesce((SELECT bool_and(has_column_privilege(found.oid, attnum, 'SELECT')) FROM pg_attribute
      WHERE attrelid = found.oid AND attnum > 0 AND NOT attisdropped), false) AS readable,
    coalesce(row_security_active(found.oid), false) AS secured
  FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, position)
  LEFT JOIN LATERAL (
    SELECT pg_class.oid, nspname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relname = name AND relkind IN ('r', 'p')
    ORDER BY pg_table_is_visible(pg_class.oid) AND has_schema_privilege(relnamespace, 'USAGE') DESC LIMIT 1
  ) AS found ON true
  ORDER BY position`;

/** Checks the epoch. The schema must be up to date. */
export async function checkEpoch(dataSource: DataSource): Promise<Finding> {
  if ((await findStaleEpoch(dataSource)) === null) return ok('epoch', 'The order of changes is intact.');
  return failed(
    'epoch',
    'Runs were changed by transactions that this server never began: it was restored or lost transactions. The gateway does not serve changes.',
    `Run ${commandLine('epoch')} once.`,
  );
}

/** Checks whether autovacuum keeps up with new runs. */
export async function checkAutovacuum(dataSource: DataSource): Promise<Finding> {
  const [{ off }] = await dataSource.query(`
    SELECT array_agg(name ORDER BY name) AS off FROM pg_settings
    WHERE name IN ('autovacuum', 'track_counts') AND setting = 'off'`);
  if (off !== null) {
    const remedy = off.map((name: string) => `ALTER SYSTEM SET ${name} = on;`).join(' ');
    return warning(
      'autovacuum',
      `Autovacuum does not run, because ${listed(off)} is off on the server. Reports on new runs become slower and slower.`,
      `As a superuser: ${remedy} SELECT pg_reload_conf();`,
    );
  }
  const tables: readonly TableOptions[] = await dataSource.query(selectTableOptions, [vacuumedTables]);
  const disabled = tables.filter(({ options }) => options.some(isDisabling)).map(({ name }) => name);
  if (disabled.length > 0) {
    return warning(
      'autovacuum',
      `Autovacuum is off for ${listed(disabled)}. Reports on new runs become slower and slower.`,
      `As the owner: ${disabled.map((name) => `ALTER TABLE ${name} RESET (autovacuum_enabled);`).join(' ')}`,
    );
  }
  const incomplete = tables.filter((table) => missingSettings(table).length > 0);
  if (incomplete.length > 0) {
    return warning(
      'autovacuum',
      `Autovacuum runs too rarely on ${listed(incomplete.map(({ name }) => name))}: storage parameters are missing. Reports on new runs cost twice as much.`,
      `As the owner: ${incomplete.map((table) => `ALTER TABLE ${table.name} SET (${missingSettings(table).join(', ')});`).join(' ')}`,
    );
  }
  return ok('autovacuum', 'Autovacuum is on, with the settings for the tables of runs.');
}

/** Returns whether a table option, such as `autovacuum_enabled=off`, disables autovacuum. */
function isDisabling(option: string): boolean {
  return /^autovacuum_enabled=(?:f|false|off|of|n|no|0)$/i.test(option);
}

/** Checks whether search is enabled. Disabling it is a choice, not a fault. */
export async function checkSearch(dataSource: DataSource): Promise<Finding> {
  if (await hasSearchIndex(dataSource)) return ok('search', 'Search is on.');
  return ok(
    'search',
    `Search is off, so searches are rejected. ${commandLine('migrate', '--search on')} creates the index.`,
  );
}

/** The number of days after which overdue runs indicate that the policies are not enforced. */
const graceDays = 2;

/**
 * Reports how long runs are kept, and whether the policies are enforced. Without policies, runs are kept forever, which
 * is not a fault.
 */
export async function checkRetention(dataSource: DataSource, now: () => number): Promise<Finding> {
  const policies: readonly { readonly text: string }[] = await dataSource.query(
    `SELECT format('%s %s: %s days', resource_type, resource_id, days) AS text FROM retention
     ORDER BY days, resource_type, resource_id LIMIT ${maxPolicies + 1}`,
  );
  if (policies.length === 0) return ok('retention', 'No retention policy: runs are kept until they are purged.');
  const overdue = await countOverdueTasks(dataSource, new Date(now() - graceDays * 86_400_000).toISOString());
  if (overdue > 0) {
    return warning(
      'retention',
      `${overdue} ${overdue === 1 ? 'task has' : 'tasks have'} runs that expired more than ${graceDays} days ago.`,
      `Run ${commandLine('purge', '--all --policy --yes')} every day.`,
    );
  }
  const more = policies.length > maxPolicies ? ', …' : '';
  return ok(
    'retention',
    `Runs are deleted by these policies: ${listed(policies.slice(0, maxPolicies).map(({ text }) => text))}${more}.`,
  );
}

const maxPolicies = 5;

export async function findStorageKey(dataSource: DataSource): Promise<string | null> {
  const [file] = await dataSource.query('SELECT storage_key FROM task_run_file LIMIT 1');
  return file?.storage_key ?? null;
}

function listed(names: readonly string[]): string {
  return names.join(', ');
}
