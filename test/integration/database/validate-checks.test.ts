import type { DataSource } from 'typeorm';
import { validateChecks } from '../../../src/database/migrating/validate-checks.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { addLaterMigrations } from '../../support/later-migrations.mjs';
import { createDemoDatabase, createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import { partitionRuns } from '../../support/partitions.js';
import { idOf } from '../../support/permission-world.js';

const { taskId, orgId, groups } = generated;

describe('the checks of the tables', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  let ids: readonly string[];
  const run = (sql: string, values: readonly unknown[] = []) => dataSource.query(sql, values as unknown[]);
  const reports = async (): Promise<string[]> => {
    const lines: string[] = [];
    await validateChecks(dataSource, (line) => lines.push(line));
    return lines;
  };
  const notValid = async () =>
    (await run("SELECT conname FROM pg_constraint WHERE contype = 'c' AND NOT convalidated ORDER BY conname")).map(
      ({ conname }: { conname: string }) => conname,
    );

  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    await arrangeGeneratedRuns(dataSource, 20);
    const rows = await run('SELECT id FROM task_run WHERE task_id = $1 ORDER BY id', [taskId]);
    ids = rows.map(({ id }: { id: string }) => id);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it.each([
    ['run_data', 'null', 'task_run_run_data_check'],
    ['run_data', '"text"', 'task_run_run_data_check'],
    ['created', 'infinity', 'task_run_created_check'],
    ['created', '10000-01-01T00:00:00Z', 'task_run_created_check'],
    ['created', '0001-12-31T23:59:59Z BC', 'task_run_created_check'],
    ['charged_credits', 'NaN', 'task_run_charged_credits_check'],
    ['charged_credits', '-Infinity', 'task_run_charged_credits_check'],
    ['input_tokens', -1, 'task_run_counts_check'],
    ['output_tokens', -1, 'task_run_counts_check'],
    ['total_tokens', -1, 'task_run_counts_check'],
    ['llm_retries', -1, 'task_run_counts_check'],
    ['llm_call_timing', 'NaN', 'task_run_timings_check'],
    ['input_processor_timing', 'Infinity', 'task_run_timings_check'],
  ])('let no run have %s %s', async (column, value, check) => {
    await expect(run(`UPDATE task_run SET ${column} = $1 WHERE id = $2`, [value, ids[0]])).rejects.toThrow(check);
  });

  it.each([
    ['task_run_file', 'created', 'infinity', 'task_run_file_created_check'],
    ['task_run_file', 'size_bytes', -1, 'task_run_file_size_bytes_check'],
    ['task_run_file', 'size_bytes', '9007199254740992', 'task_run_file_size_bytes_check'],
    ['reporting_group', 'created', '-infinity', 'reporting_group_times_check'],
    ['reporting_group', 'modified', 'infinity', 'reporting_group_times_check'],
  ])('let no row of %s have %s %s', async (table, column, value, check) => {
    await expect(run(`UPDATE ${table} SET ${column} = $1`, [value])).rejects.toThrow(check);
  });

  it('let a run have what is at the edge, and nothing where it may be null', async () => {
    await run(
      `UPDATE task_run SET run_data = '{}', created = '9999-12-31T23:59:59.999999Z', charged_credits = -1e300, llm_retries = NULL,
         llm_call_timing = NULL, input_processor_timing = -1, input_tokens = 0 WHERE id = $1`,
      [ids[0]],
    );
    await run("UPDATE task_run SET created = '0001-01-01T00:00:00Z', charged_credits = NULL WHERE id = $1", [ids[0]]);
  });

  describe('with another project', () => {
    const [otherProject, otherGroup] = [idOf(3001), idOf(3002)];
    beforeAll(async () => {
      await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Other')", [otherProject, orgId]);
      await run("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Other')", [
        otherGroup,
        otherProject,
      ]);
    });

    it("let no run have another project's reporting group", async () => {
      const update = 'UPDATE task_run SET reporting_group_id = $1 WHERE id = $2';
      await run(update, [groups[1], ids[0]]);
      await expect(run(update, [otherGroup, ids[0]])).rejects.toThrow(
        `The reporting group ${otherGroup} of the task run ${ids[0]} is of another project.`,
      );
      await run(update, [null, ids[0]]);
    });

    it('report runs with a reporting group of another project, which precede the trigger', async () => {
      await run('ALTER TABLE task_run DISABLE TRIGGER task_run_reporting_group_check');
      await run('UPDATE task_run SET reporting_group_id = $1 WHERE id = $2', [otherGroup, ids[2]]);
      await run('ALTER TABLE task_run ENABLE TRIGGER task_run_reporting_group_check');
      expect(await reports()).toEqual([
        `task_run_reporting_group_check: 1 row of task_run (${ids[2]}). Their task and their reporting group can only be changed to one of the same project.`,
      ]);
      await run('UPDATE task_run SET reporting_group_id = NULL WHERE id = $1', [ids[2]]);
      expect(await reports()).toEqual([]);
    });
  });

  it('let rows be that precede a later migration, and report them until they are repaired', async () => {
    await run("UPDATE task_run SET reference = 'none' WHERE task_id = $1", [taskId]);
    await run(
      "INSERT INTO task_run_file VALUES ($1, 7, 'none', 'text/plain', 1, 'INPUT', 'x', '2025-01-01T00:00:00Z')",
      [ids[3]],
    );
    addLaterMigrations(dataSource);
    await dataSource.runMigrations();
    expect(await reports()).toEqual([
      `task_run_reference_check: ${ids.length} rows of task_run (${ids.slice(0, 5).join(', ')}, …). They cannot be updated until they are repaired. Repair them, then migrate again.`,
      `task_run_file_name_check: 1 row of task_run_file (${ids[3]} 7). They cannot be updated until they are repaired. Repair them, then migrate again.`,
    ]);
    expect(await notValid()).toEqual(['task_run_file_name_check', 'task_run_reference_check']);
    await expect(run('UPDATE task_run SET llm_retries = 1 WHERE id = $1', [ids[1]])).rejects.toThrow('violates check');

    await run('UPDATE task_run SET reference = NULL WHERE task_id = $1', [taskId]);
    await run("UPDATE task_run_file SET name = 'x' WHERE name = 'none'");
    expect(await reports()).toEqual([]);
    expect(await notValid()).toEqual([]);
  });
});

describe('the checks of a partitioned table', () => {
  it('name rows that violate them, and become valid in all partitions', async () => {
    const database = await createDemoDatabase();
    const dataSource = await database.connect();
    const reports = async (): Promise<string[]> => {
      const lines: string[] = [];
      await validateChecks(dataSource, (line) => lines.push(line));
      return lines;
    };
    const notValid = () =>
      dataSource.query("SELECT conname FROM pg_constraint WHERE contype = 'c' AND NOT convalidated");
    try {
      await partitionRuns(dataSource);
      const [{ definition }] = await dataSource.query(
        "SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'task_run_counts_check' LIMIT 1",
      );
      await dataSource.query('ALTER TABLE task_run DROP CONSTRAINT task_run_counts_check');
      const [[{ id }]] = await dataSource.query(
        'UPDATE task_run SET input_tokens = -1 WHERE id = (SELECT min(id::text)::uuid FROM task_run_2026_10) RETURNING id',
      );
      await dataSource.query(`ALTER TABLE task_run ADD CONSTRAINT task_run_counts_check ${definition} NOT VALID`);
      expect(await reports()).toEqual([
        `task_run_counts_check: 1 row of task_run (${id}). They cannot be updated until they are repaired. Repair them, then migrate again.`,
      ]);
      await dataSource.query('UPDATE task_run SET input_tokens = 1 WHERE id = $1', [id]);
      expect(await reports()).toEqual([]);
      expect(await notValid()).toEqual([]);
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });
});
