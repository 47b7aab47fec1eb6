-- The runs of a list ordered by a value, before a run with a value.
--
-- Statement `task_run_order`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "ownerTask", orderBy: TOTAL_TOKENS_ASC, last: 2, before: "cursorByTokens") { nodes { id } } }
-- $1 "3"
-- $2 "2024-01-16T13:33:25.247662Z"
-- $3 "(id)"
-- $4 ["ownerTask"]
-- $5 3

SELECT run.id
FROM (SELECT run.* FROM task_run AS run WHERE run.task_id = ANY ($4::uuid[]) AND true) AS run
WHERE
  true
  AND (
    (run.total_tokens) < $1::integer
    OR (run.total_tokens) = $1::integer
    AND (run.created, run.id) > ($2::timestamptz, $3::uuid)
  )
ORDER BY run.total_tokens DESC NULLS FIRST, run.created ASC, run.id ASC
LIMIT $5::integer
