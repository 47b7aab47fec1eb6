import { Entity, PrimaryColumn } from './decorators.js';

/** A run of an erased person, which no import writes again. */
@Entity('erased_run')
export class ErasedRunEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'erased_run_pkey' })
  id!: string;
}
