import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from './decorators.js';
import { TaskRunEntity } from './task-run.entity.js';

export type FileDirection = 'INPUT' | 'OUTPUT';

/** The metadata of a file whose bytes are stored under `storageKey`. Names are unique within a run. */
@Entity('task_run_file')
@Unique('task_run_file_task_run_id_name_key', ['taskRunId', 'name'])
@Index('task_run_file_storage_key_idx', ['storageKey'])
@Check('task_run_file_direction_check', `"direction" IN ('INPUT', 'OUTPUT')`)
@Check('task_run_file_created_check', `"created" >= '0001-01-01 00:00:00+00' AND "created" < '10000-01-01 00:00:00+00'`)
@Check('task_run_file_size_bytes_check', '"size_bytes" BETWEEN 0 AND 9007199254740991')
export class TaskRunFileEntity {
  @PrimaryColumn('uuid', { name: 'task_run_id', primaryKeyConstraintName: 'task_run_file_pkey' })
  taskRunId!: string;

  @ManyToOne(() => TaskRunEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'task_run_id', foreignKeyConstraintName: 'task_run_file_task_run_id_fkey' })
  taskRun?: TaskRunEntity;

  /** The index in the run's list of files, from 0. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'task_run_file_pkey' })
  position!: number;

  @Column('varchar', { length: 255 })
  name!: string;

  @Column('varchar', { name: 'content_type', length: 255 })
  contentType!: string;

  @Column('bigint', { name: 'size_bytes' })
  sizeBytes!: number;

  @Column('varchar', { length: 8 })
  direction!: FileDirection;

  @Column('varchar', { name: 'storage_key', length: 1024 })
  storageKey!: string;

  @Column({ type: 'timestamptz', precision: 6 })
  created!: string;
}
