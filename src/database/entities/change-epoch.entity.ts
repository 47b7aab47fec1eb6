import { Column, Entity, PrimaryColumn } from './decorators.js';

/**
 * The one row names the epoch in which the transaction ids of runs are comparable. A database that was restored, or that
 * lost transactions, gives out ids again that it has given out before: then it needs a new epoch.
 */
@Entity('change_epoch')
export class ChangeEpochEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'change_epoch_pkey' })
  id!: string;

  @Column({ type: 'timestamptz', precision: 6, default: () => 'now()' })
  began!: string;

  /** Encrypts cursors of changes. It outlives epochs: a cursor of an earlier one is still recognized. */
  @Column('bytea', { name: 'cursor_key' })
  cursorKey!: Buffer;
}
