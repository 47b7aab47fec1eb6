-- A step of a count up to a maximum, without conditions to test.
--
-- Statement `task_run_scan`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "org", projectId: "project") { countUpTo(max: 10) { count } } }
-- $1 11
-- $2 "viewer"
-- $3 400
-- $4 400
-- $5 ["viewerTask","largeTask"]
-- $6 ["ownerTask","editorTask"]

WITH
  scan_end AS MATERIALIZED (
    SELECT created, id, is_end
    FROM
      (
        (
          SELECT *, false AS is_end
          FROM
            (
              SELECT NULL::timestamptz AS created, NULL::uuid AS id, NULL::bigint AS position
              WHERE false
            ) AS candidate
          WHERE position = (SELECT $3::bigint)
          ORDER BY candidate.created DESC, candidate.id DESC
          LIMIT 1
        )
        UNION ALL
        (
          SELECT *, false
          FROM
            (
              SELECT NULL::timestamptz AS created, NULL::uuid AS id, NULL::bigint AS position
              WHERE false
            ) AS candidate
          ORDER BY candidate.created DESC, candidate.id DESC
          OFFSET (SELECT $4::bigint) - 1
          LIMIT 1
        )
      ) AS candidate
    ORDER BY candidate.created DESC, candidate.id DESC
    LIMIT 1
  )
SELECT
  count(*)::integer AS found,
  NULL AS ids,
  CASE
    WHEN (SELECT is_end FROM scan_end) THEN (SELECT $4::bigint)
    ELSE (
      SELECT count(*)
      FROM
        (
          SELECT NULL::timestamptz AS created, NULL::uuid AS id, NULL::bigint AS position
          WHERE false
        ) AS candidate
      WHERE
        (candidate.created, candidate.id) >= (
          coalesce((SELECT created FROM scan_end), '-infinity'),
          coalesce((SELECT id FROM scan_end), '00000000000000000000000000000000')
        )
    )
  END::integer AS tested,
  (SELECT to_json(created AT TIME ZONE 'UTC') FROM scan_end) AS "endCreated",
  (SELECT id FROM scan_end) AS "endId"
FROM
  (
    SELECT *
    FROM
      (
        (
          SELECT run.created, run.id
          FROM task_run AS run
          WHERE
            run.task_id = ANY ($5::uuid[])
            AND true
            AND (run.created, run.id) >= (
              coalesce((SELECT created FROM scan_end), '-infinity'),
              coalesce((SELECT id FROM scan_end), '00000000000000000000000000000000')
            )
          LIMIT (SELECT $1::integer)
        )
        UNION ALL
        (
          SELECT candidate.created, candidate.id
          FROM
            unnest((SELECT $6::uuid[])) AS task (id)
            CROSS JOIN LATERAL (
              SELECT run.user_id, run.created, run.id
              FROM task_run AS run
              WHERE
                run.task_id = task.id
                AND run.user_id BETWEEN (SELECT $2::uuid) AND (SELECT $2::uuid)
                AND (run.user_id, run.created, run.id) >= (
                  (SELECT $2::uuid),
                  coalesce((SELECT created FROM scan_end), '-infinity'),
                  coalesce((SELECT id FROM scan_end), '00000000000000000000000000000000')
                )
              ORDER BY run.user_id DESC, run.created DESC, run.id DESC
              LIMIT (SELECT $1::integer)
            ) AS candidate
          LIMIT (SELECT $1::integer)
        )
      ) AS found
    LIMIT (SELECT $1::integer)
  ) AS found
