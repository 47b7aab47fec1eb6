import type { ResourceType } from './access-grant.entity.js';
import { Check, Column, Entity, PrimaryColumn } from './decorators.js';

const primaryKeyConstraintName = 'erased_user_pkey';

/** The erasure of a person in a scope. Imports do not write this user's runs from before the erasure. */
@Entity('erased_user')
@Check('erased_user_scope_type_check', `"scope_type" IN ('all', 'organization', 'project', 'task')`)
@Check('erased_user_scope_id_check', `("scope_id" IS NULL) = ("scope_type" = 'all')`)
@Check('erased_user_digest_check', `octet_length("digest") = 32`)
export class ErasedUserEntity {
  /** SHA-256 of the user id as lower-case text. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName })
  digest!: Buffer;

  @PrimaryColumn('varchar', { name: 'scope_type', length: 16, primaryKeyConstraintName })
  scopeType!: ResourceType | 'all';

  @PrimaryColumn({ type: 'timestamptz', precision: 6, name: 'erased_at', primaryKeyConstraintName })
  erasedAt!: string;

  /** `null` means all organizations. */
  @Column('uuid', { name: 'scope_id', nullable: true })
  scopeId!: string | null;
}
