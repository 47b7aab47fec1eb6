// Constraints are added to tables that already contain rows. They apply to new rows at once. Existing rows that violate
// them are reported, but do not make a migration fail.

import type { DataSource } from 'typeorm';

const exampleCount = 5;

interface PendingCheck {
  readonly name: string;
  readonly table: string;
  /** The SQL of the constraint. */
  readonly condition: string;
}

/** A data source or one of its connections, for describing rows. */
type Session = Pick<DataSource, 'query' | 'entityMetadatas'>;

/**
 * Validates constraints of the gateway's tables that are not validated yet, without blocking reads and writes, and
 * reports the rows that violate them.
 */
export async function validateChecks(dataSource: DataSource, report: (line: string) => void): Promise<void> {
  const pending = await findPendingChecks(dataSource);
  for (const table of new Set(pending.map((check) => check.table))) {
    const checks = pending.filter((check) => check.table === table);
    // Validates all constraints in one scan of the table. If that fails, validates each one separately.
    if (await validate(dataSource, checks)) continue;
    for (const check of checks) {
      if (await validate(dataSource, [check])) continue;
      const rows = await describeViolations(dataSource, check);
      report(
        `${check.name}: ${rows}. They cannot be updated until they are repaired. Repair them, then migrate again.`,
      );
    }
  }
  const crossProject = await describeCrossProjectRuns(dataSource);
  if (crossProject !== null) {
    report(
      `task_run_reporting_group_check: ${crossProject}. Their task and their reporting group can only be changed to one of the same project.`,
    );
  }
}

async function validate(dataSource: DataSource, checks: readonly PendingCheck[]): Promise<boolean> {
  const actions = checks.map(({ name }) => `VALIDATE CONSTRAINT "${name}"`).join(', ');
  try {
    await dataSource.query(`ALTER TABLE "${checks[0]!.table}" ${actions}`);
    return true;
  } catch (error) {
    if (!isCheckViolation(error)) throw error;
    return false;
  }
}

/** Returns the check constraints of the gateway's tables that are not validated yet. */
export async function findPendingChecks(session: Session): Promise<readonly PendingCheck[]> {
  return session.query(
    `SELECT conname AS name, relname AS "table", pg_get_expr(conbin, conrelid) AS condition
     FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
     WHERE contype = 'c' AND NOT convalidated AND relnamespace = quote_ident(current_schema())::regnamespace
       AND relname = ANY ($1)
       AND coninhcount = 0 -- Those of partitions are validated with their table's.
     ORDER BY relname, conname`,
    [session.entityMetadatas.map(({ tableName }) => tableName)],
  );
}

/**
 * Returns the number of rows that violate a check and the keys of some of them, or `null` if there are no such rows.
 */
export function describeViolations(session: Session, { table, condition }: PendingCheck): Promise<string | null> {
  return describeRows(session, table, `${table} WHERE NOT (${condition})`);
}

/**
 * Returns the number of runs whose reporting group belongs to another project and the ids of some of them, or `null` if
 * there are no such runs.
 */
export function describeCrossProjectRuns(session: Session): Promise<string | null> {
  return describeRows(
    session,
    'task_run',
    `task_run JOIN task ON task.id = task_run.task_id JOIN reporting_group ON reporting_group.id = task_run.reporting_group_id
     WHERE task.project_id <> reporting_group.project_id`,
  );
}

/**
 * Returns the number of rows and the keys of some of them, or `null` if there are no rows.
 * @param source SQL after FROM, which contains the table
 */
export async function describeRows(session: Session, table: string, source: string): Promise<string | null> {
  const { primaryColumns } = session.entityMetadatas.find(({ tableName }) => tableName === table)!;
  const key = `concat_ws(' ', ${primaryColumns.map(({ databaseName }) => `${table}.${databaseName}`).join(', ')})`;
  const [{ count, examples }] = await session.query(`
    SELECT count(*)::integer AS count, (array_agg(key ORDER BY key))[1:${exampleCount}] AS examples
    FROM (SELECT ${key} AS key FROM ${source}) AS violating`);
  if (count === 0) return null;
  return `${count} ${count === 1 ? 'row' : 'rows'} of ${table} (${examples.join(', ')}${count > exampleCount ? ', …' : ''})`;
}

/** Returns whether a statement failed because a value violates a check constraint. */
export function isCheckViolation(error: unknown): boolean {
  const checkViolation = '23514';
  return (error as { readonly code?: unknown }).code === checkViolation;
}
