-- Whether runs can be searched for words.
--
-- Statement `task_run_search_state`, sent for an owner of the organization:
--   { viewer { canSearch } }

SELECT
  EXISTS (
    SELECT
    FROM pg_index
    WHERE indexrelid = to_regclass('task_run_term_idx') AND indisvalid
  ) AS "isSearchable"
