import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexGrantsAndTasks1764700000000 implements MigrationInterface {
  name = 'IndexGrantsAndTasks1764700000000';
  /** Beside reads and writes, which a transaction would keep off the tables. */
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // What an attempt that was broken off has left behind is not valid.
    await runner.query('DROP INDEX IF EXISTS access_grant_subject_idx');
    // The condition holds for every grant, and keeps the index from statements that do not state it: those that look a
    // grant up by its resource would read all grants of the subject, wherever the server takes them for few.
    await runner.query(`
      CREATE INDEX CONCURRENTLY access_grant_subject_idx ON access_grant (subject_id, subject_type) WHERE subject_id <> ''
    `);
    await runner.query('DROP INDEX IF EXISTS task_project_id_id_idx');
    await runner.query('CREATE INDEX CONCURRENTLY task_project_id_id_idx ON task (project_id, id)');
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS task_project_id_idx');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX task_project_id_idx ON task (project_id)');
    await runner.query('DROP INDEX task_project_id_id_idx');
    await runner.query('DROP INDEX access_grant_subject_idx');
  }
}
