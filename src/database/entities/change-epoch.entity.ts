import type { ColumnType } from 'typeorm';
import { Column, Entity, PrimaryColumn } from './decorators.js';

/**
 * A single row: the epoch in which the transaction ids of runs are comparable. A database that was restored, or that
 * lost transactions, assigns some ids again, and needs a new epoch.
 */
@Entity('change_epoch')
export class ChangeEpochEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'change_epoch_pkey' })
  id!: string;

  @Column({ type: 'timestamptz', precision: 6, default: () => 'now()' })
  began!: string;

  /** Encrypts cursors of changes. It stays the same in later epochs, so that cursors of earlier ones are recognized. */
  @Column('bytea', { name: 'cursor_key' })
  cursorKey!: Buffer;

  /** The newest deletion that was forgotten, by its position; null: none was. */
  @Column({ type: 'xid8' as ColumnType, name: 'forgotten_xid', nullable: true } as object)
  forgottenXid!: string | null;

  @Column('uuid', { name: 'forgotten_run_id', nullable: true })
  forgottenRunId!: string | null;
}
