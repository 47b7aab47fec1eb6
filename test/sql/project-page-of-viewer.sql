-- A page of a project for a caller who sees all runs of some tasks, and in others the runs that they executed.
--
-- Statement `task_run_page`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "org", projectId: "project", first: 2, after: "cursorInProject") { nodes { id responsePreview } } }
-- $1 3
-- $2 "2024-01-16T13:33:25.247662Z"
-- $3 "(id)"
-- $4 "viewer"
-- $5 ["viewerTask","largeTask"]
-- $6 ["ownerTask","editorTask"]
-- $7 4
-- $8 9007199254740991
-- $9 200

WITH
  leading_task AS MATERIALIZED (
    SELECT *
    FROM
      (
        SELECT 0 AS task_group, task.id AS task_id, first.created, first.id
        FROM
          unnest((SELECT $5::uuid[])) AS task (id)
          CROSS JOIN LATERAL (
            SELECT run.created, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND true
              AND (run.created, run.id) < ((SELECT $2::timestamptz), (SELECT $3::uuid))
            ORDER BY run.created DESC, run.id DESC
            LIMIT 1
          ) AS first
        UNION ALL
        SELECT 1 AS task_group, task.id AS task_id, first.created, first.id
        FROM
          unnest((SELECT $6::uuid[])) AS task (id)
          CROSS JOIN LATERAL (
            SELECT run.created, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND run.user_id BETWEEN (SELECT $4::uuid) AND (SELECT $4::uuid)
              AND (run.user_id, run.created, run.id) < (
                (SELECT $4::uuid),
                (SELECT $2::timestamptz),
                (SELECT $3::uuid)
              )
            ORDER BY run.user_id DESC, run.created DESC, run.id DESC
            LIMIT 1
          ) AS first
      ) AS task
    ORDER BY task.created DESC, task.id DESC
    LIMIT (SELECT $7::integer)
  ),
  leading_end AS MATERIALIZED (
    SELECT created, id
    FROM leading_task
    ORDER BY leading_task.created DESC, leading_task.id DESC
    OFFSET (SELECT $7::integer) - 1
  ),
  page_row AS MATERIALIZED (
    SELECT page_row.*
    FROM
      (SELECT task_id AS id FROM leading_task WHERE task_group = 0) AS task
      CROSS JOIN LATERAL (
        SELECT run.created, run.id
        FROM task_run AS run
        WHERE
          run.task_id = task.id
          AND true
          AND (run.created, run.id) < ((SELECT $2::timestamptz), (SELECT $3::uuid))
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
        WHERE
          run.task_id = task.id
          AND run.user_id BETWEEN (SELECT $4::uuid) AND (SELECT $4::uuid)
          AND (run.user_id, run.created, run.id) < (
            (SELECT $4::uuid),
            (SELECT $2::timestamptz),
            (SELECT $3::uuid)
          )
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
      run.reporting_group_id AS "reportingGroupId",
      run.response,
      run.response_bytes
    FROM page_row CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
  )
SELECT
  json_build_object(
    'id', json_agg(run.id),
    'taskId', json_agg(run."taskId"),
    'created', json_agg(run.created),
    'totalTokens', json_agg(run."totalTokens"),
    'isError', json_agg(run."isError"),
    'reportingGroupId', json_agg(run."reportingGroupId"),
    'responsePreview', json_agg(
      CASE
        WHEN true
        AND NOT false THEN CASE
          WHEN run."previewedBytes" <= 134217728 THEN to_json(
            left(run.response #>> '{}', (SELECT $9::integer) + 1)
          )
          ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
        END
      END
    )
  ) AS runs
FROM
  (
    SELECT
      *,
      sum(
        coalesce(
          CASE
            WHEN true
            AND NOT false THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
          END,
          0
        )
      ) OVER (ROWS UNBOUNDED PRECEDING) AS "previewedBytes"
    FROM read_run AS run
  ) AS run
HAVING
  (
    SELECT
      coalesce(
        sum(
          CASE
            WHEN true THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint
            ELSE 0
          END
        ),
        0
      )
    FROM read_run AS run
  ) <= (SELECT $8::bigint)
