import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantToHolders } from '../migrating/grant-to-holders.js';

export class EraseUsers1766020000000 implements MigrationInterface {
  name = 'EraseUsers1766020000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Like erased_run it refers to nothing: whatever becomes of the scope, the person's runs do not come back.
      CREATE TABLE erased_user (
        digest bytea CONSTRAINT erased_user_digest_check CHECK (octet_length(digest) = 32),
        scope_type varchar(16)
          CONSTRAINT erased_user_scope_type_check CHECK (scope_type IN ('all', 'organization', 'project', 'task')),
        erased_at timestamptz(6),
        scope_id uuid CONSTRAINT erased_user_scope_id_check CHECK ((scope_id IS NULL) = (scope_type = 'all')),
        -- Purges run one after the other, so no two have the same time.
        CONSTRAINT erased_user_pkey PRIMARY KEY (digest, scope_type, erased_at)
      );

      ${grantToHolders(['INSERT', 'task_run'], 'SELECT ON erased_user')}
      ${grantToHolders(['DELETE', 'task_run'], 'SELECT, INSERT ON erased_user')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE erased_user');
  }
}
