-- The first runs of a list ordered by a value. No index provides that order.
--
-- Statement `task_run_order`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "ownerTask", orderBy: LLM_CALL_TIMING_DESC) { nodes { id } } }
-- $1 ["ownerTask"]
-- $2 51

SELECT run.id
FROM (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($1::uuid[]) AND true) AS run
WHERE true
ORDER BY run.llm_call_timing DESC NULLS LAST, run.created DESC, run.id DESC
LIMIT $2::integer
