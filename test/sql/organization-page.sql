-- A page of an organization with more tasks than the page has runs: only the tasks whose first run comes earliest are read.
--
-- Statement `task_run_page`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "wideOrg") { nodes { id projectId } } }
-- $1 51
-- $2 "viewer"
-- $3 ["(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(i …
-- $4 ["(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(i …
-- $5 52

WITH
  leading_task AS MATERIALIZED (
    SELECT *
    FROM
      (
        SELECT 0 AS task_group, task.id AS task_id, first.created, first.id
        FROM
          unnest((SELECT $3::uuid[])) AS task (id)
          CROSS JOIN LATERAL (
            SELECT run.created, run.id
            FROM task_run AS run
            WHERE run.task_id = task.id AND true
            ORDER BY run.created DESC, run.id DESC
            LIMIT 1
          ) AS first
        UNION ALL
        SELECT 1 AS task_group, task.id AS task_id, first.created, first.id
        FROM
          unnest((SELECT $4::uuid[])) AS task (id)
          CROSS JOIN LATERAL (
            SELECT run.created, run.id
            FROM task_run AS run
            WHERE run.task_id = task.id AND run.user_id BETWEEN (SELECT $2::uuid) AND (SELECT $2::uuid)
            ORDER BY run.user_id DESC, run.created DESC, run.id DESC
            LIMIT 1
          ) AS first
      ) AS task
    ORDER BY task.created DESC, task.id DESC
    LIMIT (SELECT $5::integer)
  ),
  leading_end AS MATERIALIZED (
    SELECT created, id
    FROM leading_task
    ORDER BY leading_task.created DESC, leading_task.id DESC
    OFFSET (SELECT $5::integer) - 1
  ),
  page_row AS MATERIALIZED (
    SELECT page_row.*
    FROM
      (SELECT task_id AS id FROM leading_task WHERE task_group = 0) AS task
      CROSS JOIN LATERAL (
        SELECT run.created, run.id
        FROM task_run AS run
        WHERE run.task_id = task.id AND true
        ORDER BY run.created DESC, run.id DESC
        LIMIT (SELECT $1::integer)
      ) AS page_row
    UNION ALL
    SELECT page_row.*
    FROM
      (SELECT task_id AS id FROM leading_task WHERE task_group = 1) AS task
      CROSS JOIN LATERAL (
        SELECT run.created, run.id
        FROM task_run AS run
        WHERE run.task_id = task.id AND run.user_id BETWEEN (SELECT $2::uuid) AND (SELECT $2::uuid)
        ORDER BY run.user_id DESC, run.created DESC, run.id DESC
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
