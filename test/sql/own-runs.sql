-- Whether the caller has executed any run of a task, and so may share it.
--
-- Statement `own_runs`, sent for a viewer of the project, who has executed runs:
--   { viewer { can(permission: "task_run:share", orgId: "org", projectId: "project", taskId: "viewerTask") } }
-- $1 "viewerTask"
-- $2 "viewer"

SELECT
  EXISTS (
    SELECT
    FROM task_run
    WHERE task_id = (SELECT $1::uuid) AND user_id = (SELECT $2::uuid)
  ) AS "hasOwnRuns"
