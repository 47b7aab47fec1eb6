import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTaskRunTables1764000000000 implements MigrationInterface {
  name = 'CreateTaskRunTables1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE organization (
        id uuid CONSTRAINT organization_pkey PRIMARY KEY,
        name varchar(64) NOT NULL,
        created timestamptz(6) NOT NULL DEFAULT now()
      );
      CREATE TABLE project (
        id uuid CONSTRAINT project_pkey PRIMARY KEY,
        org_id uuid NOT NULL CONSTRAINT project_org_id_fkey REFERENCES organization ON DELETE CASCADE,
        name varchar(64) NOT NULL,
        created timestamptz(6) NOT NULL DEFAULT now()
      );
      CREATE INDEX project_org_id_idx ON project (org_id);
      CREATE TABLE task (
        id uuid CONSTRAINT task_pkey PRIMARY KEY,
        project_id uuid NOT NULL CONSTRAINT task_project_id_fkey REFERENCES project ON DELETE CASCADE,
        name varchar(64) NOT NULL,
        run_visibility varchar(32) NOT NULL DEFAULT 'owner_only' CONSTRAINT task_run_visibility_check
          CHECK (run_visibility IN ('owner_only', 'editors_and_owners', 'all_viewers')),
        created timestamptz(6) NOT NULL DEFAULT now()
      );
      CREATE INDEX task_project_id_idx ON task (project_id);
      CREATE TABLE reporting_group (
        id uuid CONSTRAINT reporting_group_pkey PRIMARY KEY,
        project_id uuid NOT NULL CONSTRAINT reporting_group_project_id_fkey REFERENCES project ON DELETE CASCADE,
        name varchar(64) NOT NULL CONSTRAINT reporting_group_name_check CHECK (name <> ''),
        description varchar(500),
        created timestamptz(6) NOT NULL DEFAULT now(),
        modified timestamptz(6) NOT NULL DEFAULT now(),
        CONSTRAINT reporting_group_project_id_name_key UNIQUE (project_id, name)
      );
      CREATE TABLE task_run (
        id uuid CONSTRAINT task_run_pkey PRIMARY KEY,
        task_id uuid NOT NULL CONSTRAINT task_run_task_id_fkey REFERENCES task ON DELETE CASCADE,
        task_revision_id uuid NOT NULL,
        response jsonb,
        run_data jsonb NOT NULL,
        created timestamptz(6) NOT NULL,
        input_tokens integer NOT NULL,
        output_tokens integer NOT NULL,
        total_tokens integer NOT NULL,
        input_processor_timing double precision,
        llm_call_timing double precision,
        charged_credits numeric,
        is_error boolean DEFAULT false,
        llm_retries integer DEFAULT 0,
        used_fallback_model boolean DEFAULT false,
        primary_failure_reason text,
        fallback_llm_model_id uuid,
        user_id uuid,
        reporting_group_id uuid CONSTRAINT task_run_reporting_group_id_fkey
          REFERENCES reporting_group ON DELETE SET NULL,
        reference varchar(64),
        context_id varchar(64)
      );
      CREATE INDEX task_run_task_id_idx ON task_run (task_id);
      CREATE INDEX task_run_reporting_group_id_idx ON task_run (reporting_group_id);
      CREATE TABLE task_run_file (
        task_run_id uuid NOT NULL CONSTRAINT task_run_file_task_run_id_fkey REFERENCES task_run ON DELETE CASCADE,
        position integer NOT NULL,
        name varchar(255) NOT NULL,
        content_type varchar(255) NOT NULL,
        size_bytes bigint NOT NULL,
        direction varchar(8) NOT NULL CONSTRAINT task_run_file_direction_check
          CHECK (direction IN ('INPUT', 'OUTPUT')),
        storage_key varchar(1024) NOT NULL,
        created timestamptz(6) NOT NULL,
        CONSTRAINT task_run_file_pkey PRIMARY KEY (task_run_id, position),
        CONSTRAINT task_run_file_task_run_id_name_key UNIQUE (task_run_id, name)
      );
      CREATE TABLE access_grant (
        resource_type varchar(16) NOT NULL CONSTRAINT access_grant_resource_type_check
          CHECK (resource_type IN ('organization', 'project', 'task')),
        resource_id uuid NOT NULL,
        subject_type varchar(16) NOT NULL CONSTRAINT access_grant_subject_type_check
          CHECK (subject_type IN ('user', 'organization', 'project')),
        subject_id varchar(255) NOT NULL,
        role varchar(8) NOT NULL CONSTRAINT access_grant_role_check CHECK (role IN ('owner', 'editor', 'viewer')),
        CONSTRAINT access_grant_pkey PRIMARY KEY (resource_type, resource_id, subject_type, subject_id),
        CONSTRAINT access_grant_subject_id_check CHECK (
          subject_type = 'user' OR subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        )
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE access_grant, task_run_file, task_run, reporting_group, task, project, organization;',
    );
  }
}
