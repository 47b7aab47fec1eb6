import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropIndex, ensureIndexConcurrently } from '../migrating/concurrent-index.js';

export class IndexGrantsAndTasks1764700000000 implements MigrationInterface {
  name = 'IndexGrantsAndTasks1764700000000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // The condition holds for every grant, and keeps the index from statements that do not state it: those that look a
    // grant up by its resource would read all grants of the subject, wherever the server takes them for few.
    await ensureIndexConcurrently(
      runner,
      'access_grant_subject_idx',
      "ON access_grant (subject_id, subject_type) WHERE subject_id <> ''",
    );
    await ensureIndexConcurrently(runner, 'task_project_id_id_idx', 'ON task (project_id, id)');
    await dropIndex(runner, 'task_project_id_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX task_project_id_idx ON task (project_id)');
    await runner.query('DROP INDEX task_project_id_id_idx');
    await runner.query('DROP INDEX access_grant_subject_idx');
  }
}
