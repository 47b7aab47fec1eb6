-- A page of a project for a caller who sees all of its runs.
--
-- Statement `task_run_page`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project") { nodes { id totalTokens } } }
-- $1 51
-- $2 ["ownerTask","editorTask","viewerTask","largeTask"]

WITH
  page_row AS MATERIALIZED (
    SELECT page_row.*
    FROM
      unnest((SELECT $2::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT run.created, run.id
        FROM task_run AS run
        WHERE run.task_id = task.id AND true
        ORDER BY run.created DESC, run.id DESC
        LIMIT (SELECT $1::integer)
      ) AS page_row
    ORDER BY created DESC, id DESC
    LIMIT (SELECT $1::integer)
  ),
  read_run AS MATERIALIZED (
    SELECT
      run.id,
      run.task_id AS "taskId",
      run.created AT TIME ZONE 'UTC' AS created,
      run.total_tokens AS "totalTokens",
      coalesce(run.is_error, false) AS "isError",
      run.reporting_group_id AS "reportingGroupId"
    FROM page_row CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
  )
SELECT
  json_build_object(
    'id', json_agg(run.id),
    'taskId', json_agg(run."taskId"),
    'created', json_agg(run.created),
    'totalTokens', json_agg(run."totalTokens"),
    'isError', json_agg(run."isError"),
    'reportingGroupId', json_agg(run."reportingGroupId")
  ) AS runs
FROM read_run AS run
