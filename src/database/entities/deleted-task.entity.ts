import type { ColumnType } from 'typeorm';
import { Column, Entity, Index, PrimaryColumn } from './decorators.js';
import type { RunVisibility } from './task.entity.js';

/**
 * A task that was deleted without its project. It determines which callers learn that its runs were deleted. Only
 * triggers write this table.
 */
@Entity('deleted_task')
@Index('deleted_task_project_idx', ['projectId', 'changedXid'])
export class DeletedTaskEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'deleted_task_pkey' })
  id!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  /** The task's last run visibility. */
  @Column('varchar', { name: 'run_visibility', length: 32 })
  runVisibility!: RunVisibility;

  /** The transaction that deleted the task. */
  @Column({ type: 'xid8' as ColumnType, name: 'changed_xid' })
  changedXid!: string;
}
