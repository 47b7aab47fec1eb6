-- A page of a project whose JSON is too large for one string: a row for each run.
--
-- Statement `task_run_page`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project") { nodes { id response } } }
-- $1 51
-- $2 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $3 4194304

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
      run.reporting_group_id AS "reportingGroupId",
      run.response,
      run.response_bytes
    FROM page_row CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
  )
SELECT
  json_build_object(
    'id', run.id,
    'taskId', run."taskId",
    'created', run.created,
    'totalTokens', run."totalTokens",
    'isError', run."isError",
    'reportingGroupId', run."reportingGroupId"
  ) AS runs,
  CASE
    WHEN true
    AND NOT false THEN CASE
      WHEN run.before + coalesce(run.response_bytes, octet_length(run.response::text), 0) <= run."byteLimit" THEN run.response::text
      ELSE '!' || coalesce(run.response_bytes, octet_length(run.response::text), 0)
    END
  END AS "response"
FROM
  (
    SELECT
      *,
      (SELECT $3::bigint) AS "byteLimit",
      coalesce(
        sum(
          CASE
            WHEN coalesce(run.response_bytes, octet_length(run.response::text), 0) <= (
              SELECT $3::bigint
            ) THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
            ELSE 0
          END
        ) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        0
      ) AS before
    FROM read_run AS run
  ) AS run
