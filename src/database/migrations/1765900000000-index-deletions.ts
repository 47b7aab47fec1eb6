import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensureIndexConcurrently } from '../migrating/concurrent-index.js';

/** Deletions find by them other files with the same bytes, and the cursors of a project. */
const indexes = {
  task_run_file_storage_key_idx: 'ON task_run_file (storage_key)',
  mirror_cursor_project_idx: 'ON mirror_cursor (project_id)',
};

export class IndexDeletions1765900000000 implements MigrationInterface {
  name = 'IndexDeletions1765900000000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, definition] of Object.entries(indexes)) await ensureIndexConcurrently(runner, name, definition);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ${Object.keys(indexes).join(', ')}`);
  }
}
