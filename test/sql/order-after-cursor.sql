-- The next runs of a list ordered by a value, after a run without a value.
--
-- Statement `task_run_order`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "ownerTask", orderBy: LLM_CALL_TIMING_DESC, after: "cursorByTiming") { nodes { id } } }
-- $1 "2024-01-16T13:33:25.247662Z"
-- $2 "(id)"
-- $3 ["ownerTask"]
-- $4 51

SELECT run.id
FROM (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($3::uuid[]) AND true) AS run
WHERE true AND (run.llm_call_timing) IS NULL AND (run.created, run.id) < ($1::timestamptz, $2::uuid)
ORDER BY run.llm_call_timing DESC NULLS LAST, run.created DESC, run.id DESC
LIMIT $4::integer
