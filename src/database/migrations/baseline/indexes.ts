// Indexes other than those of primary keys and unique constraints. The tables are new and empty, so no index is built
// concurrently. The search index is up to the operator: `migrate --search on` creates it.

export const indexes = `
  -- Foreign keys: a deletion finds the rows that go along.
  CREATE INDEX project_org_id_idx ON project (org_id);
  -- Also the tasks of a project in the order of pages.
  CREATE INDEX task_project_id_id_idx ON task (project_id, id);
  CREATE INDEX mirror_cursor_project_idx ON mirror_cursor (project_id);

  -- The order of lists. Filters and statistics on its further columns read the index only, and not the table.
  CREATE INDEX task_run_list_idx ON task_run (task_id, created, id, task_revision_id, is_error, used_fallback_model,
    llm_retries, llm_call_timing, total_tokens, charged_credits, user_id, reporting_group_id, fallback_llm_model_id,
    input_tokens, output_tokens, input_processor_timing);

  -- The runs of a filter in the order of lists. Columns that few runs have get an index of those runs.
  CREATE INDEX task_run_user_id_idx ON task_run (task_id, user_id, created, id);
  CREATE INDEX task_run_reference_idx ON task_run (task_id, reference, created, id) WHERE reference IS NOT NULL;
  CREATE INDEX task_run_context_id_idx ON task_run (task_id, context_id, created, id) WHERE context_id IS NOT NULL;
  CREATE INDEX task_run_primary_failure_idx ON task_run (task_id, created, id) WHERE primary_failure_reason IS NOT NULL;
  -- The group comes first, because its deletion finds its runs by it. An index of the group only would lead to its runs in
  -- all tasks, each of which had to be looked up in the table.
  CREATE INDEX task_run_reporting_group_idx ON task_run (reporting_group_id, task_id, created, id)
    WHERE reporting_group_id IS NOT NULL;
  -- Without it, the runs of a rare kind of failure are found only by reading all failed runs.
  CREATE INDEX task_run_failure_idx
    ON task_run (task_id, (failure_kind(failure_message(response)) COLLATE "C"), created, id) WHERE is_error;

  -- The order of feeds.
  CREATE INDEX task_run_change_idx ON task_run (task_id, changed_xid, id);
  CREATE INDEX task_run_deletion_task_idx ON task_run_deletion (task_id, is_move, changed_xid, run_id);
  -- For callers who see only their own runs: by the time that it takes, an index of all changes would show how many
  -- others there are.
  CREATE INDEX task_run_own_change_idx ON task_run (task_id, user_id, changed_xid, id) WHERE user_id IS NOT NULL;
  CREATE INDEX task_run_deletion_own_idx ON task_run_deletion (task_id, is_move, user_id, changed_xid, run_id)
    WHERE user_id IS NOT NULL;
  CREATE INDEX deleted_task_project_idx ON deleted_task (project_id, changed_xid);

  -- Deletions find other files with the same bytes.
  CREATE INDEX task_run_file_storage_key_idx ON task_run_file (storage_key);

  -- Grants to organizations and projects are few, and looked for at each level of every path.
  CREATE INDEX access_grant_shared_idx ON access_grant (resource_id) WHERE subject_type <> 'user';
  -- The grants of a subject. The condition holds for every grant, and keeps the index from statements that do not state
  -- it: those that look a grant up by its resource would read all grants of the subject, wherever the server takes them
  -- for few.
  CREATE INDEX access_grant_subject_idx ON access_grant (subject_id, subject_type) WHERE subject_id <> '';
`;
