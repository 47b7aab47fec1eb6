import { Column, Entity, PrimaryColumn } from './decorators.js';

/** A storage key that deleted runs had. Its bytes go unless another file has the key. */
@Entity('file_deletion')
export class FileDeletionEntity {
  @PrimaryColumn('varchar', { name: 'storage_key', length: 1024, primaryKeyConstraintName: 'file_deletion_pkey' })
  storageKey!: string;

  @Column({ type: 'timestamptz', precision: 6, default: () => 'now()' })
  recorded!: string;
}
