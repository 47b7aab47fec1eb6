import type { DataSource } from 'typeorm';
import { isCheckViolation } from './migrating/validate-checks.js';
import { nilUuid } from './nil-uuid.js';

/** Small, to keep transactions short: no writer should wait long for a row. */
const batchSize = 500;

/**
 * Counts the JSON bytes of runs that are older than the trigger that counts them. Until then, every read counts them.
 * @returns the number of runs counted, without those that violate a constraint
 */
export async function backfillJsonBytes(dataSource: DataSource): Promise<number> {
  let total = 0;
  for (let after: string = nilUuid; ; ) {
    const rows: { id: string }[] = await dataSource.query(
      `SELECT id FROM task_run WHERE run_data_bytes IS NULL AND id > $1 ORDER BY id LIMIT ${batchSize}`,
      [after],
    );
    if (rows.length === 0) return total;
    const ids = rows.map(({ id }) => id);
    total += await count(ids).catch(async (error) => {
      if (!isCheckViolation(error)) throw error;
      let counted = 0;
      for (const id of ids) {
        counted += await count([id]).catch((runError) => {
          if (!isCheckViolation(runError)) throw runError;
          return 0;
        });
      }
      return counted;
    });
    after = ids.at(-1)!;
  }

  // This update does not fire the `task_run_json_bytes` trigger, which is for UPDATE OF response, run_data.
  async function count(ids: readonly string[]): Promise<number> {
    const [, updated] = await dataSource.query(
      `UPDATE task_run SET response_bytes = octet_length(response::text), run_data_bytes = octet_length(run_data::text)
       WHERE id = ANY ($1::uuid[])`,
      [ids],
    );
    return updated;
  }
}
