import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensureIndexConcurrently } from '../migrating/concurrent-index.js';

export class IndexAnalystGrants1765730000000 implements MigrationInterface {
  name = 'IndexAnalystGrants1765730000000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // The next migration makes it the primary key, under the name of the constraint.
    await ensureIndexConcurrently(
      runner,
      'access_grant_key_idx',
      'ON access_grant (resource_type, resource_id, subject_type, subject_id, is_analyst)',
      { isUnique: true },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX access_grant_key_idx');
  }
}
