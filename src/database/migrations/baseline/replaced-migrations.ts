// The migrations that the baseline replaces. Databases of earlier builds have run them, so they already contain its
// tables.

import type { QueryRunner } from 'typeorm';
import {
  describeCrossProjectRuns,
  describeRows,
  describeViolations,
  findPendingChecks,
} from '../../migrating/validate-checks.js';

export const replacedMigrations = [
  'CreateTaskRunTables1764000000000',
  'IndexTaskRunLists1764100000000',
  'IndexSharedAccessGrants1764200000000',
  'CountJsonBytes1764300000000',
  'CheckTaskRunValues1764400000000',
  'StampRunChanges1764500000000',
  'IndexRunChanges1764600000000',
  'IndexGrantsAndTasks1764700000000',
  'StateSchemaMinimum1764800000000',
  'DefineRunTerms1764900000000',
  'CompareRunsByFunction1765000000000',
  'IndexRunsOfReportingGroups1765100000000',
  'KeepCursorKey1765200000000',
  'IndexOwnRunChanges1765300000000',
  'RecordRunDeletions1765400000000',
  'KeepMirrorCursors1765500000000',
  'VacuumRecentRuns1765650000000',
  'NameResources1765710000000',
  'AllowAnalysts1765720000000',
  'IndexAnalystGrants1765730000000',
  'GrantAnalystBesideRoles1765740000000',
  'DefineFailureKinds1765800000000',
  'IndexFailureKinds1765810000000',
  'IndexDeletions1765900000000',
  'DeleteFilesLater1765910000000',
  'KeepRetention1765920000000',
  'EraseRuns1766000000000',
  'ForgetDeletions1766010000000',
  'EraseUsers1766020000000',
];

/** The last commit that contains the code of these migrations. */
const lastCommit = '2aab6198';
const remedy = `run \`npm run migrate\` of the commit ${lastCommit}, the last one that has these migrations, and then of this one. The embedded database is migrated by \`npm start\``;

/** Returns the replaced migrations that the database has run. */
export async function findReplacedMigrations(runner: QueryRunner): Promise<readonly string[]> {
  const rows: { readonly name: string }[] = await runner.query(
    `SELECT name FROM ${tableOf(runner)} WHERE name = ANY ($1) ORDER BY id`,
    [replacedMigrations],
  );
  return rows.map(({ name }) => name);
}

/** Records all replaced migrations, so that earlier builds can start on a new database. */
export async function recordReplacedMigrations(runner: QueryRunner): Promise<void> {
  await runner.query(
    `INSERT INTO ${tableOf(runner)} (timestamp, name)
     SELECT right(name, 13)::bigint, name FROM unnest($1::text[]) WITH ORDINALITY AS replaced (name, position) ORDER BY position`,
    [replacedMigrations],
  );
}

/**
 * Asserts that the database is in the state that the baseline would have created.
 * @param applied the replaced migrations that the database has run
 * @throws Error that names what is missing and the remedy
 */
export async function assertReplaced(runner: QueryRunner, applied: readonly string[]): Promise<void> {
  const missing = replacedMigrations.filter((name) => !applied.includes(name));
  if (missing.length > 0) {
    throw new Error(
      `The database has ${applied.length} of the ${replacedMigrations.length} migrations that the baseline replaces. It lacks ${missing.join(', ')}. Nothing was changed: ${remedy}.`,
    );
  }
  const unfinished = await findUnfinishedWork(runner);
  if (unfinished.length > 0) {
    throw new Error(
      `The database has all migrations that the baseline replaces, but:\n${unfinished.map((line) => `- ${line}\n`).join('')}Nothing was changed. Repair the rows that violate a check, and ${remedy}.`,
    );
  }
}

/**
 * Returns a line for each constraint that is not yet validated for all rows, and one if there are runs without counted
 * bytes.
 */
async function findUnfinishedWork(runner: QueryRunner): Promise<readonly string[]> {
  const session = { query: runner.query.bind(runner), entityMetadatas: runner.dataSource.entityMetadatas };
  const lines: string[] = [];
  for (const check of await findPendingChecks(session)) {
    const rows = await describeViolations(session, check);
    lines.push(`${check.name} ${rows === null ? 'is not validated yet' : `does not hold for ${rows}`}.`);
  }
  const crossProject = await describeCrossProjectRuns(session);
  if (crossProject !== null) lines.push(`task_run_reporting_group_check does not hold for ${crossProject}.`);
  const uncounted = await describeRows(session, 'task_run', 'task_run WHERE run_data_bytes IS NULL');
  if (uncounted !== null) lines.push(`The bytes of JSON are not counted in ${uncounted}.`);
  return lines;
}

function tableOf(runner: QueryRunner): string {
  return `"${runner.dataSource.options.migrationsTableName ?? 'migrations'}"`;
}
