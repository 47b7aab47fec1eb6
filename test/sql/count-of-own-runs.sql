-- The number of a task's runs that the caller executed.
--
-- Statement `task_run_count`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "ownerTask") { totalCount } }
-- $1 "viewer"
-- $2 ["ownerTask"]

SELECT count(*)::integer AS count
FROM
  (
    SELECT visible.*
    FROM
      unnest($2::uuid[]) AS task (id)
      CROSS JOIN LATERAL (
        SELECT run.id
        FROM task_run AS run
        WHERE run.task_id = task.id AND run.user_id BETWEEN (SELECT $1::uuid) AND (SELECT $1::uuid)
        ORDER BY run.user_id ASC, run.created ASC, run.id ASC
      ) AS visible
  ) AS run
