import type { ColumnType } from 'typeorm';
import { Column, Entity, PrimaryColumn } from './decorators.js';

/**
 * A single row: the epoch in which the runs' transaction ids are comparable. A database that was restored, or that lost
 * transactions, reassigns some ids and needs a new epoch.
 */
@Entity('change_epoch')
export class ChangeEpochEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'change_epoch_pkey' })
  id!: string;

  @Column({ type: 'timestamptz', precision: 6, default: () => 'now()' })
  began!: string;

  /**
   * The key that encrypts change cursors. It is kept in later epochs, so that cursors from earlier ones are recognized.
   */
  @Column('bytea', { name: 'cursor_key' })
  cursorKey!: Buffer;

  /** The position of the newest forgotten deletion; `null` if no deletion has been forgotten. */
  @Column({ type: 'xid8' as ColumnType, name: 'forgotten_xid', nullable: true } as object)
  forgottenXid!: string | null;

  @Column('uuid', { name: 'forgotten_run_id', nullable: true })
  forgottenRunId!: string | null;
}
