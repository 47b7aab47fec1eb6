// The embedded database of an earlier build, which the gateway migrates at startup.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.js';
import { openEmbeddedDatabase } from '../../src/database/embedded/embedded-database.js';
import { migrations } from '../../src/database/migrations/index.js';
import { spawnProgram } from '../support/spawned-program.js';
import { copyDataDir } from '../support/template-database.mjs';

describe('the embedded database of an earlier build', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gateway-upgrade-'));
    await copyDataDir('demo-embedded', dataDir);
    await inDatabase(async (dataSource) => {
      for (const _ of migrations.slice(1)) await dataSource.undoLastMigration();
      await dataSource.query("DELETE FROM migrations WHERE name = 'Baseline1766100000000'");
    });
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  async function inDatabase<T>(act: (dataSource: DataSource) => Promise<T>): Promise<T> {
    const database = await openEmbeddedDatabase({ directory: join(dataDir, 'database'), prepare: async () => {} });
    const dataSource = await createDataSource({ url: database.url, poolSize: 1, timeoutMs: 60_000 }).initialize();
    try {
      return await act(dataSource);
    } finally {
      await dataSource.destroy();
      await database.close();
    }
  }
  const start = () => spawnProgram(['main.js', 'start'], { DATA_DIR: dataDir, PORT: '0' });

  it('opens, and records the baseline', async () => {
    const program = start();
    await program.line(/"listening"/);
    program.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ code: 0 });
    const [recorded] = await inDatabase((dataSource) =>
      dataSource.query("SELECT count(*)::integer AS count FROM migrations WHERE name = 'Baseline1766100000000'"),
    );
    expect(recorded).toEqual({ count: 1 });
  });

  it('ends the start with the remedy, on standard error only, where its migrations are not complete', async () => {
    await inDatabase((dataSource) => dataSource.query('UPDATE task_run SET run_data_bytes = NULL'));
    const { code, output, errors } = await start().ended;
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(
      /^The gateway could not start: The database has all migrations that the baseline replaces, but:\n/,
    );
    expect(errors).toMatch(/^- The bytes of JSON are not counted in \d+ rows of task_run /m);
    expect(errors).toContain('npm start');
  });
});
