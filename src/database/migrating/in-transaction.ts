import type { QueryRunner } from 'typeorm';

/** Runs a statement that locks a table in a transaction, for migrations that have none as a whole. */
export async function inTransaction(runner: QueryRunner, sql: string): Promise<void> {
  await runner.startTransaction();
  try {
    await runner.query(sql);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}
