import { Column, Entity, PrimaryColumn } from './decorators.js';

/** A storage key of deleted runs. The bytes are deleted unless another file has the same key. */
@Entity('file_deletion')
export class FileDeletionEntity {
  @PrimaryColumn('varchar', { name: 'storage_key', length: 1024, primaryKeyConstraintName: 'file_deletion_pkey' })
  storageKey!: string;

  @Column({ type: 'timestamptz', precision: 6, default: () => 'now()' })
  recorded!: string;
}
