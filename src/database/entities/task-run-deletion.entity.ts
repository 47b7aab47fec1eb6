import type { ColumnType } from 'typeorm';
import { Column, Entity, Index, PrimaryColumn } from './decorators.js';

/** A run that a transaction removed from a task, by deleting or moving it. Only triggers write this table. */
@Entity('task_run_deletion')
@Index('task_run_deletion_task_idx', ['taskId', 'isMove', 'changedXid', 'runId'])
@Index('task_run_deletion_own_idx', ['taskId', 'isMove', 'userId', 'changedXid', 'runId'], {
  where: 'user_id IS NOT NULL',
})
export class TaskRunDeletionEntity {
  /** The transaction's id. */
  @PrimaryColumn({
    type: 'xid8' as ColumnType,
    name: 'changed_xid',
    primaryKeyConstraintName: 'task_run_deletion_pkey',
  } as object)
  changedXid!: string;

  @PrimaryColumn('uuid', { name: 'run_id', primaryKeyConstraintName: 'task_run_deletion_pkey' })
  runId!: string;

  /** The task that contained the run. */
  @Column('uuid', { name: 'task_id' })
  taskId!: string;

  /** The user who executed the run; null if unknown. */
  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  /** Whether the run was moved to another task of the same project, and thus not deleted from the project. */
  @Column('boolean', { name: 'is_move', default: false })
  isMove!: boolean;

  /** Whether the run was moved to another task of the same organization, and thus not deleted from it. */
  @Column('boolean', { name: 'is_in_organization', default: false })
  isInOrganization!: boolean;

  @Column({ type: 'timestamptz', precision: 6, name: 'deleted_at', default: () => 'now()' })
  deletedAt!: string;
}
