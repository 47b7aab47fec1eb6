-- The same with a filter that is tested: the page ends at the first run of the first task that is not read.
--
-- Statement `task_run_page`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "wideOrg", filter: { status: FAIL }) { nodes { id } } }
-- $1 51
-- $2 "viewer"
-- $3 ["(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(i …
-- $4 ["(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(i …
-- $5 201
-- $6 1000
-- $7 50

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
  tested AS MATERIALIZED (
    SELECT page_row.*
    FROM
      (SELECT task_id AS id FROM leading_task WHERE task_group = 0) AS task
      CROSS JOIN LATERAL (
        WITH
          matching AS MATERIALIZED (
            SELECT created, id
            FROM
              (
                SELECT run.created, run.id, (true AND run.is_error) AS matches
                FROM task_run AS run
                WHERE
                  run.task_id = task.id
                  AND true
                  AND (run.created, run.id) >= (
                    coalesce((SELECT created FROM leading_end), '-infinity'),
                    coalesce((SELECT id FROM leading_end), '00000000000000000000000000000000')
                  )
                ORDER BY run.created DESC, run.id DESC
                LIMIT (SELECT $6::bigint)
              ) AS tested
            WHERE matches
            ORDER BY tested.created DESC, tested.id DESC
            LIMIT (SELECT $1::integer)
          )
        SELECT created, id, true AS matches, false AS is_end
        FROM matching
        UNION ALL
        SELECT created, id, false, true
        FROM
          (
            SELECT run.created, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND true
              AND (run.created, run.id) >= (
                coalesce((SELECT created FROM leading_end), '-infinity'),
                coalesce((SELECT id FROM leading_end), '00000000000000000000000000000000')
              )
            ORDER BY run.created DESC, run.id DESC
            OFFSET (SELECT $6::bigint) - 1
            LIMIT 1
          ) AS last
        WHERE (SELECT count(*) FROM matching) < (SELECT $1::integer)
      ) AS page_row
    UNION ALL
    SELECT page_row.*
    FROM
      (SELECT task_id AS id FROM leading_task WHERE task_group = 1) AS task
      CROSS JOIN LATERAL (
        WITH
          matching AS MATERIALIZED (
            SELECT own.created, own.id
            FROM
              (
                SELECT run.user_id, run.created, run.id
                FROM task_run AS run
                WHERE
                  run.task_id = task.id
                  AND run.user_id BETWEEN (SELECT $2::uuid) AND (SELECT $2::uuid)
                  AND (run.user_id, run.created, run.id) >= (
                    (SELECT $2::uuid),
                    coalesce((SELECT created FROM leading_end), '-infinity'),
                    coalesce((SELECT id FROM leading_end), '00000000000000000000000000000000')
                  )
                ORDER BY run.user_id DESC, run.created DESC, run.id DESC
                LIMIT (SELECT $7::bigint)
              ) AS own
              CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = own.id OFFSET 0) AS run
            WHERE true AND run.is_error
            ORDER BY own.user_id DESC, own.created DESC, own.id DESC
            LIMIT (SELECT $1::integer)
          )
        SELECT created, id, true AS matches, false AS is_end
        FROM matching
        UNION ALL
        SELECT created, id, false, true
        FROM
          (
            SELECT run.user_id, run.created, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND run.user_id BETWEEN (SELECT $2::uuid) AND (SELECT $2::uuid)
              AND (run.user_id, run.created, run.id) >= (
                (SELECT $2::uuid),
                coalesce((SELECT created FROM leading_end), '-infinity'),
                coalesce((SELECT id FROM leading_end), '00000000000000000000000000000000')
              )
            ORDER BY run.user_id DESC, run.created DESC, run.id DESC
            OFFSET (SELECT $7::bigint) - 1
            LIMIT 1
          ) AS last
        WHERE (SELECT count(*) FROM matching) < (SELECT $1::integer)
      ) AS page_row
    UNION ALL
    SELECT created, id, false, true
    FROM leading_end
    ORDER BY created DESC, id DESC, is_end
    LIMIT (SELECT $1::integer)
  ),
  scan_end AS MATERIALIZED (
    SELECT created, id
    FROM tested
    WHERE is_end
    ORDER BY tested.created DESC, tested.id DESC, is_end
    LIMIT 1
  ),
  page_row AS MATERIALIZED (
    SELECT created, id
    FROM
      (
        SELECT
          *,
          bool_or(is_end) OVER (
            ORDER BY
              tested.created DESC,
              tested.id DESC,
              is_end ROWS BETWEEN UNBOUNDED PRECEDING
              AND 1 PRECEDING
          ) AS is_beyond
        FROM tested
      ) AS tested
    WHERE matches AND is_beyond IS NOT TRUE
    ORDER BY tested.created DESC, tested.id DESC, is_end
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
  page.*,
  (SELECT to_json(created AT TIME ZONE 'UTC') FROM scan_end) AS "endCreated",
  (SELECT id FROM scan_end) AS "endId"
FROM
  (
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
  ) AS page
