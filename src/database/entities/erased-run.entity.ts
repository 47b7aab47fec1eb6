import { Entity, PrimaryColumn } from './decorators.js';

/** A run of an erased person. Imports never write it again. */
@Entity('erased_run')
export class ErasedRunEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'erased_run_pkey' })
  id!: string;
}
