// The tables of docs/tables.md: resources, their runs, and users' settings for them. Columns keep the order in which
// existing databases got them, because dumps contain that order and programs may insert without column names.

import { autovacuumSettings } from '../../autovacuum-settings.js';

/** Condition for times that the APIs can represent. PostgreSQL also has years BC, five-digit years and `infinity`. */
const areTimes = (...columns: readonly string[]) =>
  columns
    .map((column) => `"${column}" >= '0001-01-01 00:00:00+00' AND "${column}" < '10000-01-01 00:00:00+00'`)
    .join(' AND ');

/**
 * Condition for numbers that JSON can represent. PostgreSQL also has NaN, which it considers greater than all other
 * numbers.
 */
const areFinite = (...columns: readonly string[]) =>
  columns.map((column) => `"${column}" > '-Infinity' AND "${column}" < 'Infinity'`).join(' AND ');

/** SQL that makes autovacuum process runs early, so that reports can use index-only scans. */
const vacuumedEarly = `WITH (${Object.entries(autovacuumSettings)
  .map(([name, value]) => `${name} = ${value}`)
  .join(', ')})`;

export const tables = `
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

  CREATE TABLE task (
    id uuid CONSTRAINT task_pkey PRIMARY KEY,
    project_id uuid NOT NULL CONSTRAINT task_project_id_fkey REFERENCES project ON DELETE CASCADE,
    name varchar(64) NOT NULL,
    -- Who sees the runs of others. A new task shows them to its owners only.
    run_visibility varchar(32) NOT NULL DEFAULT 'owner_only' CONSTRAINT task_run_visibility_check
      CHECK (run_visibility IN ('owner_only', 'editors_and_owners', 'all_viewers')),
    created timestamptz(6) NOT NULL DEFAULT now()
  );

  CREATE TABLE reporting_group (
    id uuid CONSTRAINT reporting_group_pkey PRIMARY KEY,
    project_id uuid NOT NULL CONSTRAINT reporting_group_project_id_fkey REFERENCES project ON DELETE CASCADE,
    -- People choose a group by its name.
    name varchar(64) NOT NULL CONSTRAINT reporting_group_name_check CHECK (name <> ''),
    description varchar(500),
    created timestamptz(6) NOT NULL DEFAULT now(),
    modified timestamptz(6) NOT NULL DEFAULT now(),
    CONSTRAINT reporting_group_project_id_name_key UNIQUE (project_id, name),
    CONSTRAINT reporting_group_times_check CHECK (${areTimes('created', 'modified')})
  );

  -- The gateway knows users, revisions and models by their ids only. Each organization may name them.
  CREATE TABLE resource_name (
    org_id uuid NOT NULL CONSTRAINT resource_name_org_id_fkey REFERENCES organization ON DELETE CASCADE,
    kind varchar(16) NOT NULL
      CONSTRAINT resource_name_kind_check CHECK (kind IN ('user', 'task_revision', 'llm_model')),
    id uuid NOT NULL,
    name text NOT NULL CONSTRAINT resource_name_name_check
      CHECK (char_length(name) BETWEEN 1 AND 200 AND name !~ '[\\u0001-\\u001F\\u007F-\\u009F]'),
    CONSTRAINT resource_name_pkey PRIMARY KEY (org_id, kind, id)
  );

  -- A run goes with its task. It outlives its reporting group. Revision, model and user are ids of other services.
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
    -- Without a scale: 1.00 stays 1.00.
    charged_credits numeric,
    is_error boolean DEFAULT false,
    llm_retries integer DEFAULT 0,
    used_fallback_model boolean DEFAULT false,
    primary_failure_reason text,
    fallback_llm_model_id uuid,
    user_id uuid,
    reporting_group_id uuid CONSTRAINT task_run_reporting_group_id_fkey
      REFERENCES reporting_group ON DELETE SET NULL,
    -- Compared byte by byte, so that one index serves both equality and prefixes.
    reference varchar(64) COLLATE "C",
    context_id varchar(64) COLLATE "C",
    -- PostgreSQL finds the length of a compressed value only by decompressing it, so a trigger counts the bytes. Null in
    -- runs that are older than the trigger and not counted yet.
    response_bytes integer,
    run_data_bytes integer,
    -- The transaction of the newest change, by which feeds are ordered; 0 in runs that precede all changes.
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT task_run_run_data_check CHECK (jsonb_typeof("run_data") = 'object'),
    CONSTRAINT task_run_created_check CHECK (${areTimes('created')}),
    CONSTRAINT task_run_charged_credits_check CHECK (${areFinite('charged_credits')}),
    CONSTRAINT task_run_counts_check
      CHECK ("input_tokens" >= 0 AND "output_tokens" >= 0 AND "total_tokens" >= 0 AND "llm_retries" >= 0),
    CONSTRAINT task_run_timings_check CHECK (${areFinite('input_processor_timing', 'llm_call_timing')})
  ) ${vacuumedEarly};

  -- A file of a run. Its bytes are in the file storage.
  CREATE TABLE task_run_file (
    task_run_id uuid NOT NULL CONSTRAINT task_run_file_task_run_id_fkey REFERENCES task_run ON DELETE CASCADE,
    position integer NOT NULL,
    name varchar(255) NOT NULL,
    content_type varchar(255) NOT NULL,
    -- Up to the greatest integer that a JSON number has exactly.
    size_bytes bigint NOT NULL CONSTRAINT task_run_file_size_bytes_check
      CHECK ("size_bytes" BETWEEN 0 AND 9007199254740991),
    direction varchar(8) NOT NULL CONSTRAINT task_run_file_direction_check
      CHECK (direction IN ('INPUT', 'OUTPUT')),
    storage_key varchar(1024) NOT NULL,
    created timestamptz(6) NOT NULL CONSTRAINT task_run_file_created_check CHECK (${areTimes('created')}),
    CONSTRAINT task_run_file_pkey PRIMARY KEY (task_run_id, position),
    -- A download is addressed by the name.
    CONSTRAINT task_run_file_task_run_id_name_key UNIQUE (task_run_id, name)
  ) ${vacuumedEarly};

  -- The role of a subject on a resource. Both have three types each, so neither is a foreign key.
  CREATE TABLE access_grant (
    resource_type varchar(16) NOT NULL CONSTRAINT access_grant_resource_type_check
      CHECK (resource_type IN ('organization', 'project', 'task')),
    resource_id uuid NOT NULL,
    subject_type varchar(16) NOT NULL CONSTRAINT access_grant_subject_type_check
      CHECK (subject_type IN ('user', 'organization', 'project')),
    subject_id varchar(255) NOT NULL,
    role varchar(8) NOT NULL CONSTRAINT access_grant_role_check
      CHECK (role IN ('owner', 'editor', 'viewer', 'analyst')),
    -- Lets a subject be an analyst beside another role. A trigger sets it, so that writers name the role only.
    is_analyst boolean NOT NULL DEFAULT false,
    CONSTRAINT access_grant_pkey PRIMARY KEY (resource_type, resource_id, subject_type, subject_id, is_analyst),
    -- The ids of organizations and projects are compared as text.
    CONSTRAINT access_grant_subject_id_check CHECK (
      subject_type = 'user' OR subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    )
  );

  -- How long a policy leaves the runs of a resource.
  CREATE TABLE retention (
    resource_type varchar(16) NOT NULL
      CONSTRAINT retention_resource_type_check CHECK (resource_type IN ('organization', 'project', 'task')),
    resource_id uuid NOT NULL,
    days integer NOT NULL CONSTRAINT retention_days_check CHECK (days > 0),
    keep integer NOT NULL DEFAULT 0 CONSTRAINT retention_keep_check CHECK (keep >= 0),
    CONSTRAINT retention_pkey PRIMARY KEY (resource_type, resource_id)
  );

  -- The runs of erased people. It refers to nothing, and no trigger touches it: whatever becomes of a project, its erased
  -- runs do not come back.
  CREATE TABLE erased_run (id uuid CONSTRAINT erased_run_pkey PRIMARY KEY);

  -- Erasures of people in a scope. Like erased_run it refers to nothing, and it has a digest in place of the user id.
  CREATE TABLE erased_user (
    digest bytea CONSTRAINT erased_user_digest_check CHECK (octet_length(digest) = 32),
    scope_type varchar(16)
      CONSTRAINT erased_user_scope_type_check CHECK (scope_type IN ('all', 'organization', 'project', 'task')),
    erased_at timestamptz(6),
    scope_id uuid CONSTRAINT erased_user_scope_id_check CHECK ((scope_id IS NULL) = (scope_type = 'all')),
    -- Purges run one after the other, so no two have the same time.
    CONSTRAINT erased_user_pkey PRIMARY KEY (digest, scope_type, erased_at)
  );
`;
