import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from './decorators.js';
import { ProjectEntity } from './project.entity.js';

/** The roles that may read all runs of a task, from the most restrictive setting to the least. */
export type RunVisibility = 'owner_only' | 'editors_and_owners' | 'all_viewers';

@Entity('task')
@Index('task_project_visibility_idx', ['projectId', 'id', 'runVisibility'])
@Check('task_run_visibility_check', `"run_visibility" IN ('owner_only', 'editors_and_owners', 'all_viewers')`)
export class TaskEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'task_pkey' })
  id!: string;

  @Column('uuid', { name: 'project_id' })
  projectId!: string;

  @ManyToOne(() => ProjectEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'project_id', foreignKeyConstraintName: 'task_project_id_fkey' })
  project?: ProjectEntity;

  @Column('varchar', { length: 64 })
  name!: string;

  @Column('varchar', { name: 'run_visibility', length: 32, default: 'owner_only' })
  runVisibility!: RunVisibility;

  @Column({ type: 'timestamptz', precision: 6, default: () => 'now()' })
  created!: string;
}
