import { Check, Column, Entity, PrimaryColumn } from './decorators.js';

const primaryKeyConstraintName = 'share_revocation_pkey';

/** The revocation of a link to a run, or of all links that a subject had made by then. */
@Entity('share_revocation')
@Check('share_revocation_kind_check', `"kind" IN ('share', 'subject')`)
@Check('share_revocation_digest_check', `octet_length("digest") = 32`)
export class ShareRevocationEntity {
  @PrimaryColumn('varchar', { length: 8, primaryKeyConstraintName })
  kind!: 'share' | 'subject';

  /** SHA-256 of the link's id or of the subject, as text. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName })
  digest!: Buffer;

  /** The issuer of the tokens with which the links were made. Empty for any. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  issuer!: string;

  @Column({ type: 'timestamptz', precision: 6, name: 'revoked_at' })
  revokedAt!: string;
}
