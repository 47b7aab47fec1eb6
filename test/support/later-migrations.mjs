// Migrations of a later release, for tests of how migrations run: on rows that violate a new check, while others read
// and write, on partitions, and after a process that was killed. Run as a program, it is the program of dist with them:
//
//   node test/support/later-migrations.mjs migrate

import { dropIndex, ensureIndexConcurrently } from '../../dist/src/database/migrating/concurrent-index.js';

class IndexRevisions9000000000000 {
  name = 'IndexRevisions9000000000000';
  transaction = false;

  async up(runner) {
    const definition = 'ON task_run (task_id, task_revision_id, id)';
    await ensureIndexConcurrently(runner, 'task_run_revision_idx', definition, { isUnique: true });
  }

  async down(runner) {
    await runner.query('DROP INDEX task_run_revision_idx');
  }
}

/** The table, name and condition of each constraint. */
const checks = [
  ['task_run', 'task_run_context_id_check', "context_id <> 'none'"],
  ['task_run', 'task_run_reference_check', "reference <> 'none'"],
  ['task_run_file', 'task_run_file_name_check', "name <> 'none'"],
];

class CheckTexts9000000100000 {
  name = 'CheckTexts9000000100000';

  async up(runner) {
    for (const [table, name, condition] of checks)
      await runner.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${condition}) NOT VALID`);
  }

  async down(runner) {
    for (const [table, name] of checks) await runner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  }
}

class DropContextIndex9000000200000 {
  name = 'DropContextIndex9000000200000';
  transaction = false;

  async up(runner) {
    await dropIndex(runner, 'task_run_context_id_idx');
  }

  async down(runner) {
    await runner.query(
      'CREATE INDEX task_run_context_id_idx ON task_run (task_id, context_id, created, id) WHERE context_id IS NOT NULL',
    );
  }
}

const laterMigrations = [IndexRevisions9000000000000, CheckTexts9000000100000, DropContextIndex9000000200000];

/** For `spawnProgram`. */
export const laterProgram = import.meta.filename;

/** Makes `runMigrations` of a data source run them after its own. */
export function addLaterMigrations(dataSource) {
  const later = laterMigrations.map((Migration) => new Migration());
  Object.assign(dataSource, { migrations: [...dataSource.migrations, ...later] });
}

/** Reverts those that were run, newest first. */
export async function undoLaterMigrations(dataSource) {
  for (const _ of laterMigrations) await dataSource.undoLastMigration();
}

if (process.argv[1] === laterProgram) {
  const { migrations } = await import('../../dist/src/database/migrations/index.js');
  migrations.push(...laterMigrations);
  await import('../../dist/src/main.js');
}
