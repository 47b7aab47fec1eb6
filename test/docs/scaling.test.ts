import type { DataSource } from 'typeorm';
import { validateChecks } from '../../src/database/migrating/validate-checks.js';
import { addLaterMigrations, undoLaterMigrations } from '../support/later-migrations.mjs';
import { createDemoDatabase, type OwnDatabase } from '../support/own-database.js';
import { partitionRuns, partitionSql } from '../support/partitions.js';

describe('the partitions of docs/monitoring.md', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  const query = (sql: string) => dataSource.query(sql);
  const partitions = async (): Promise<string[]> =>
    (
      await query("SELECT relid::regclass::text AS name FROM pg_partition_tree('task_run') WHERE isleaf ORDER BY 1")
    ).map(({ name }: { name: string }) => name);
  /** Returns everything that defines the table. */
  const definitions = async (): Promise<string[]> => {
    const rows: { readonly definition: string }[] = await query(`
      SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
        WHERE 'task_run'::regclass IN (conrelid, confrelid) AND (contype <> 'f' OR conparentid = 0)
      UNION ALL SELECT replace(pg_get_indexdef(indexrelid), ' ONLY ', ' ') FROM pg_index WHERE indrelid = 'task_run'::regclass
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'task_run'::regclass AND NOT tgisinternal
      UNION ALL SELECT relacl::text FROM pg_class WHERE oid = 'task_run'::regclass
      UNION ALL SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attcollation)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = 'task_run'::regclass AND attnum > 0 AND NOT attisdropped
      ORDER BY 1`);
    return rows.map(({ definition }) => definition);
  };
  beforeAll(async () => {
    database = await createDemoDatabase();
    dataSource = await database.connect();
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it('keep the columns, constraints, indexes, triggers and privileges of the table', async () => {
    await query('GRANT SELECT, INSERT ON task_run TO PUBLIC');
    const before = await definitions();
    await partitionRuns({ query });
    expect(await definitions()).toEqual(before);
    expect(await partitions()).toEqual([
      ...['task_run_2026_09', 'task_run_2026_10', 'task_run_2026_11', 'task_run_first', 'task_run_other'],
    ]);
  });

  it('take later migrations as a table does, and give them back', async () => {
    const before = await definitions();
    addLaterMigrations(dataSource);
    await dataSource.runMigrations();
    await validateChecks(dataSource, (line) => expect(line).toBe('nothing to report'));
    const added = (await definitions()).filter((definition) => !before.includes(definition));
    expect(added).toEqual([
      "CHECK (((context_id)::text <> 'none'::text))",
      "CHECK (((reference)::text <> 'none'::text))",
      'CREATE UNIQUE INDEX task_run_revision_idx ON public.task_run USING btree (task_id, task_revision_id, id)',
    ]);
    const indexes = (suffix: string) =>
      query(
        `SELECT indexrelid::regclass::text AS name FROM pg_index
         WHERE indexrelid::regclass::text LIKE '%_${suffix}_idx' AND indisvalid ORDER BY name`,
      );
    const names = [...(await partitions()), 'task_run'];
    expect(await indexes('revision')).toEqual(names.map((name) => ({ name: `${name}_revision_idx` })).sort());
    expect(await indexes('context_id')).toEqual([]);
    const unfinished = await query(
      `SELECT conname AS name FROM pg_constraint WHERE NOT convalidated
       UNION ALL SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid`,
    );
    expect(unfinished).toEqual([]);
    await undoLaterMigrations(dataSource);
    expect(await definitions()).toEqual(before);
  });

  it('reject a second conversion, and get each month once', async () => {
    const before = await partitions();
    await expect(query(partitionSql('partition-runs'))).rejects.toThrow('already exists');
    await query(partitionSql('add-partitions'));
    await query(partitionSql('analyze-partitions'));
    expect(await partitions()).toEqual(before);
  });

  it('leave when their runs are gone', async () => {
    await expect(query(partitionSql('drop-partition'))).rejects.toThrow('task_run_file');
    await query('ROLLBACK');
    await query(
      `DELETE FROM task_run WHERE id IN (SELECT id FROM task_run_2026_09) AND id IN (SELECT task_run_id FROM task_run_file)`,
    );
    await query(partitionSql('drop-partition'));
    expect(await query("SELECT to_regclass('task_run_2026_09') AS name")).toEqual([{ name: null }]);
  });
});
