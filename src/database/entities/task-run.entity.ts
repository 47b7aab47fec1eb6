import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { ReportingGroupEntity } from './reporting-group.entity.js';
import { TaskEntity } from './task.entity.js';

/** Any JSON value, as `jsonb` keeps it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One execution of a task, column by column. */
@Entity('task_run')
// Lists in order. Filters and statistics on its further columns are answered from the index, without a visit to the table.
@Index('task_run_list_idx', [
  'taskId',
  'created',
  'id',
  'taskRevisionId',
  'isError',
  'usedFallbackModel',
  'llmRetries',
  'llmCallTiming',
  'totalTokens',
  'chargedCredits',
  'userId',
  'reportingGroupId',
  'fallbackLlmModelId',
  'inputTokens',
  'outputTokens',
  'inputProcessorTiming',
])
@Index('task_run_user_id_idx', ['taskId', 'userId', 'created', 'id'])
@Index('task_run_reference_idx', ['taskId', 'reference', 'created', 'id'], { where: 'reference IS NOT NULL' })
@Index('task_run_context_id_idx', ['taskId', 'contextId', 'created', 'id'], { where: 'context_id IS NOT NULL' })
@Index('task_run_primary_failure_idx', ['taskId', 'created', 'id'], { where: 'primary_failure_reason IS NOT NULL' })
export class TaskRunEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'task_run_pkey' })
  id!: string;

  @Column('uuid', { name: 'task_id' })
  taskId!: string;

  @ManyToOne(() => TaskEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'task_id', foreignKeyConstraintName: 'task_run_task_id_fkey' })
  task?: TaskEntity;

  @Column('uuid', { name: 'task_revision_id' })
  taskRevisionId!: string;

  @Column('jsonb', { nullable: true })
  response!: Json;

  @Column('jsonb', { name: 'run_data' })
  runData!: Json;

  @Column({ type: 'timestamptz', precision: 6 })
  created!: string;

  @Column('integer', { name: 'input_tokens' })
  inputTokens!: number;

  @Column('integer', { name: 'output_tokens' })
  outputTokens!: number;

  @Column('integer', { name: 'total_tokens' })
  totalTokens!: number;

  @Column('double precision', { name: 'input_processor_timing', nullable: true })
  inputProcessorTiming!: number | null;

  @Column('double precision', { name: 'llm_call_timing', nullable: true })
  llmCallTiming!: number | null;

  /** A decimal string: `numeric` without a declared scale keeps the scale that was written. */
  @Column('numeric', { name: 'charged_credits', nullable: true })
  chargedCredits!: string | null;

  @Column('boolean', { name: 'is_error', nullable: true, default: false })
  isError!: boolean | null;

  @Column('integer', { name: 'llm_retries', nullable: true, default: 0 })
  llmRetries!: number | null;

  @Column('boolean', { name: 'used_fallback_model', nullable: true, default: false })
  usedFallbackModel!: boolean | null;

  @Column('text', { name: 'primary_failure_reason', nullable: true })
  primaryFailureReason!: string | null;

  @Column('uuid', { name: 'fallback_llm_model_id', nullable: true })
  fallbackLlmModelId!: string | null;

  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('uuid', { name: 'reporting_group_id', nullable: true })
  @Index('task_run_reporting_group_id_idx')
  reportingGroupId!: string | null;

  @ManyToOne(() => ReportingGroupEntity, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'reporting_group_id', foreignKeyConstraintName: 'task_run_reporting_group_id_fkey' })
  reportingGroup?: ReportingGroupEntity | null;

  @Column({ type: 'varchar', length: 64, collation: 'C', nullable: true })
  reference!: string | null;

  @Column({ type: 'varchar', name: 'context_id', length: 64, collation: 'C', nullable: true })
  contextId!: string | null;
}
