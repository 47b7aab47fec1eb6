-- The paths of runs by their ids, for objects that are requested by id only.
--
-- Statement `task_run_paths_by_id`, sent for an owner of the organization:
--   { node(id: "run") { ... on TaskRun { totalTokens } } }
-- $1 ["run"]

SELECT
  CASE WHEN run.id IS NOT NULL THEN project.org_id END AS "orgId",
  project.id AS "projectId",
  task.id AS "taskId",
  requested.id
FROM
  unnest((SELECT $1::uuid[])) AS requested (id)
  LEFT JOIN task_run AS run ON run.id = requested.id
  LEFT JOIN task ON task.id = coalesce(run.task_id, requested.id)
  LEFT JOIN project ON project.id = coalesce(task.project_id, requested.id)
