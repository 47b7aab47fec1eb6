import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Gateways of the previous release have no links to runs, and ignore the table. */
export class ShareRevocations1766500000000 implements MigrationInterface {
  name = 'ShareRevocations1766500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE share_revocation (
        kind varchar(8) NOT NULL CONSTRAINT share_revocation_kind_check CHECK (kind IN ('share', 'subject')),
        digest bytea NOT NULL CONSTRAINT share_revocation_digest_check CHECK (octet_length(digest) = 32),
        issuer text NOT NULL,
        revoked_at timestamptz(6) NOT NULL,
        CONSTRAINT share_revocation_pkey PRIMARY KEY (kind, digest, issuer)
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE share_revocation');
  }
}
