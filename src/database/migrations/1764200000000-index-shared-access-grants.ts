import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ensureIndexConcurrently } from '../migrating/concurrent-index.js';

export class IndexSharedAccessGrants1764200000000 implements MigrationInterface {
  name = 'IndexSharedAccessGrants1764200000000';
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // Grants to organizations and projects are few, and looked for at each level of every path.
    await ensureIndexConcurrently(
      runner,
      'access_grant_shared_idx',
      "ON access_grant (resource_id) WHERE subject_type <> 'user'",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX access_grant_shared_idx');
  }
}
