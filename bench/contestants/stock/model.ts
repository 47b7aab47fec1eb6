// The classes of the stock contestants: each is both table and type, as the documentation of TypeGraphQL shows it.

import 'reflect-metadata';
import { GraphQLJSON } from 'graphql-scalars';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Column, DataSource, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

export type Maybe<T> = T | null;

@Entity('reporting_group')
@ObjectType()
export class ReportingGroup {
  @Field(() => ID) @PrimaryColumn('uuid') id: string;
  @Field() @Column() name: string;
  @Field(() => String, { nullable: true }) @Column('varchar', { nullable: true }) description: Maybe<string>;
}

@Entity('task_run_file')
@ObjectType()
export class TaskRunFile {
  @PrimaryColumn('uuid', { name: 'task_run_id' }) taskRunId: string;
  @PrimaryColumn('int') position: number;
  @Field() @Column() name: string;
  @Field() @Column({ name: 'content_type' }) contentType: string;
  @Field(() => Float) @Column('bigint', { name: 'size_bytes' }) sizeBytes: string;
  @Field() @Column() direction: string;
}

@Entity('task_run')
@ObjectType()
export class TaskRun {
  @Field(() => ID) @PrimaryColumn('uuid') id: string;
  @Field(() => ID) @Column('uuid', { name: 'task_id' }) taskId: string;
  @Field(() => ID) @Column('uuid', { name: 'task_revision_id' }) taskRevisionId: string;
  @Field(() => GraphQLJSON, { nullable: true }) @Column('jsonb', { nullable: true }) response: unknown;
  @Field(() => GraphQLJSON) @Column('jsonb', { name: 'run_data' }) runData: unknown;
  @Field(() => Date) @Column('timestamptz') created: Date;
  @Field(() => Int) @Column('int', { name: 'input_tokens' }) inputTokens: number;
  @Field(() => Int) @Column('int', { name: 'output_tokens' }) outputTokens: number;
  @Field(() => Int) @Column('int', { name: 'total_tokens' }) totalTokens: number;
  @Field(() => Float, { nullable: true })
  @Column('float8', { name: 'input_processor_timing' })
  inputProcessorTiming: Maybe<number>;
  @Field(() => Float, { nullable: true }) @Column('float8', { name: 'llm_call_timing' }) llmCallTiming: Maybe<number>;
  @Field(() => String, { nullable: true })
  @Column('numeric', { name: 'charged_credits' })
  chargedCredits: Maybe<string>;
  @Field() @Column('boolean', { name: 'is_error' }) isError: boolean;
  @Field(() => Int) @Column('int', { name: 'llm_retries' }) llmRetries: number;
  @Field() @Column('boolean', { name: 'used_fallback_model' }) usedFallbackModel: boolean;
  @Field(() => String, { nullable: true })
  @Column('text', { name: 'primary_failure_reason' })
  primaryFailureReason: Maybe<string>;
  @Field(() => ID, { nullable: true })
  @Column('uuid', { name: 'fallback_llm_model_id' })
  fallbackLlmModelId: Maybe<string>;
  @Field(() => ID, { nullable: true }) @Column('uuid', { name: 'user_id' }) userId: Maybe<string>;
  @Field(() => ID, { nullable: true }) @Column('uuid', { name: 'reporting_group_id' }) reportingGroupId: Maybe<string>;
  @Field(() => String, { nullable: true }) @Column('varchar') reference: Maybe<string>;
  @Field(() => String, { nullable: true }) @Column('varchar', { name: 'context_id' }) contextId: Maybe<string>;
}

@Entity('project')
export class Project {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'org_id' }) orgId: string;
}

@Entity('task')
export class Task {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'project_id' }) projectId: string;
  @ManyToOne(() => Project) @JoinColumn({ name: 'project_id' }) project: Project;
  @Column('varchar', { name: 'run_visibility' }) runVisibility: string;
}

@Entity('access_grant')
export class AccessGrant {
  @PrimaryColumn('varchar', { name: 'resource_type' }) resourceType: string;
  @PrimaryColumn('uuid', { name: 'resource_id' }) resourceId: string;
  @PrimaryColumn('varchar', { name: 'subject_type' }) subjectType: string;
  @PrimaryColumn('varchar', { name: 'subject_id' }) subjectId: string;
  @PrimaryColumn('varchar') role: string;
}

export const dataSource = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: [TaskRun, TaskRunFile, ReportingGroup, Project, Task, AccessGrant],
  poolSize: Number(process.env.POOL_SIZE ?? 10),
  extra: { idleTimeoutMillis: 0 },
});
