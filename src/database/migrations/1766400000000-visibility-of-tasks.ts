import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropIndex, ensureIndexConcurrently } from '../migrating/concurrent-index.js';

/**
 * Allows the facts about all tasks of an organization to be read from an index. It replaces an index on only its first
 * columns.
 */
export class VisibilityOfTasks1766400000000 implements MigrationInterface {
  name = 'VisibilityOfTasks1766400000000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await ensureIndexConcurrently(runner, 'task_project_visibility_idx', 'ON task (project_id, id, run_visibility)');
    await dropIndex(runner, 'task_project_id_id_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX task_project_id_id_idx ON task (project_id, id);
      DROP INDEX task_project_visibility_idx;
    `);
  }
}
