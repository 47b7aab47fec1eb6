// The baseline creates the schema, or finds that it was created by the migrations that the baseline replaces.

import type { DataSource } from 'typeorm';
import { Baseline1766100000000 } from '../../../src/database/migrations/1766100000000-baseline.js';
import { replacedMigrations } from '../../../src/database/migrations/baseline/replaced-migrations.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { createEmptyDatabase, createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import { idOf } from '../../support/permission-world.js';

const baseline = 'Baseline1766100000000';
const remedy =
  /Nothing was changed.* run `npm run migrate` of the commit \w{8}, the last one that has these migrations/;

describe('the baseline', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  const recorded = async (): Promise<string[]> => {
    const rows: { readonly name: string }[] = await dataSource.query('SELECT name FROM migrations ORDER BY id');
    return rows.map(({ name }) => name);
  };
  /** Returns every table, index and function by oid, together with the constraints. */
  const objects = () =>
    dataSource.query(`
      SELECT oid::bigint, relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
      UNION ALL SELECT oid::bigint, proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      UNION ALL SELECT oid::bigint, concat(conname, convalidated) FROM pg_constraint
      ORDER BY 1, 2`);
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  describe('of a database without tables', () => {
    beforeEach(async () => {
      database = await createEmptyDatabase();
      dataSource = await database.connect();
    });

    it('records the replaced migrations before itself, with their times, so that earlier builds start', async () => {
      await dataSource.runMigrations();
      const rows: { readonly name: string; readonly timestamp: string }[] = await dataSource.query(
        'SELECT name, timestamp FROM migrations ORDER BY id',
      );
      const applied = rows.slice(0, replacedMigrations.length + 1);
      expect(applied.map(({ name }) => name)).toEqual([...replacedMigrations, baseline]);
      for (const { name, timestamp } of applied) expect(name.endsWith(timestamp)).toBe(true);
      expect(await dataSource.query('SELECT * FROM schema_minimum')).toEqual([
        { migration: 'StateSchemaMinimum1764800000000' },
      ]);
    });

    it('rejects some of the replaced migrations before it creates anything, and names the others', async () => {
      await dataSource.showMigrations();
      for (const name of replacedMigrations.slice(0, 20))
        await dataSource.query('INSERT INTO migrations (timestamp, name) VALUES (1, $1)', [name]);
      const before = await objects();
      const migrated = dataSource.runMigrations();
      await expect(migrated).rejects.toThrow(
        `The database has 20 of the 29 migrations that the baseline replaces. It lacks ${replacedMigrations.slice(20).join(', ')}.`,
      );
      await expect(migrated).rejects.toThrow(remedy);
      expect(await objects()).toEqual(before);
      expect(await recorded()).toEqual(replacedMigrations.slice(0, 20));
    });
  });

  describe('of a database with all replaced migrations', () => {
    beforeEach(async () => {
      database = await createMigratedDatabase();
      dataSource = await database.connect();
      await arrangeGeneratedRuns(dataSource, 20);
      await dataSource.query('DELETE FROM migrations WHERE name <> ALL ($1)', [replacedMigrations]);
      // Later migrations would find their objects already present.
      Object.assign(dataSource, { migrations: dataSource.migrations.slice(0, 1) });
    });

    it('changes nothing, and is recorded', async () => {
      const before = await objects();
      await dataSource.runMigrations();
      expect(await objects()).toEqual(before);
      expect(await recorded()).toEqual([...replacedMigrations, baseline]);
    });

    it.each([
      [
        'a check that is not validated',
        [
          'ALTER TABLE task_run DROP CONSTRAINT task_run_counts_check, ADD CONSTRAINT task_run_counts_check CHECK (input_tokens >= 0) NOT VALID',
        ],
        'task_run_counts_check is not validated yet.',
      ],
      [
        'rows that violate a check',
        [
          'ALTER TABLE task_run DROP CONSTRAINT task_run_counts_check',
          `UPDATE task_run SET input_tokens = -1 WHERE id = '${idOf(100000)}'`,
          'ALTER TABLE task_run ADD CONSTRAINT task_run_counts_check CHECK (input_tokens >= 0) NOT VALID',
        ],
        `task_run_counts_check does not hold for 1 row of task_run (${idOf(100000)}).`,
      ],
      [
        'runs with a reporting group of another project',
        [
          `INSERT INTO project (id, org_id, name) VALUES ('${idOf(3001)}', '${generated.orgId}', 'Other')`,
          `INSERT INTO reporting_group (id, project_id, name) VALUES ('${idOf(3002)}', '${idOf(3001)}', 'Other')`,
          'ALTER TABLE task_run DISABLE TRIGGER task_run_reporting_group_check',
          `UPDATE task_run SET reporting_group_id = '${idOf(3002)}' WHERE id = '${idOf(100000)}'`,
        ],
        `task_run_reporting_group_check does not hold for 1 row of task_run (${idOf(100000)}).`,
      ],
      [
        'runs whose bytes are not counted',
        [`UPDATE task_run SET run_data_bytes = NULL WHERE id = '${idOf(100000)}'`],
        `The bytes of JSON are not counted in 1 row of task_run (${idOf(100000)}).`,
      ],
    ])('rejects %s', async (_what, statements, line) => {
      for (const sql of statements) await dataSource.query(sql);
      const before = await objects();
      const migrated = dataSource.runMigrations();
      await expect(migrated).rejects.toThrow(`replaces, but:\n- ${line}\nNothing was changed.`);
      await expect(migrated).rejects.toThrow(remedy);
      expect(await objects()).toEqual(before);
      expect(await recorded()).toEqual(replacedMigrations);
    });

    it('ignores checks of tables that are not of the gateway', async () => {
      await dataSource.query('CREATE TABLE note (text text); ALTER TABLE note ADD CHECK (length(text) > 0) NOT VALID');
      await dataSource.runMigrations();
      expect(await recorded()).toEqual([...replacedMigrations, baseline]);
    });
  });

  it('cannot be reverted, because its tables have rows', async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    const before = await objects();
    Object.assign(dataSource, { migrations: dataSource.migrations.slice(0, 1) });
    await dataSource.query('DELETE FROM migrations WHERE name <> ALL ($1)', [[...replacedMigrations, baseline]]);
    await expect(dataSource.undoLastMigration()).rejects.toThrow('The baseline cannot be reverted');
    expect(await objects()).toEqual(before);
    await expect(new Baseline1766100000000().down()).rejects.toThrow();
  });
});
