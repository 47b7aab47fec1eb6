-- A step of a count up to a maximum.
--
-- Statement `task_run_scan`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "org", projectId: "project", filter: { status: FAIL }) { countUpTo(max: 10) { count } } }
-- $1 11
-- $2 "viewer"
-- $3 400
-- $4 400
-- $5 ["ownerTask","editorTask"]
-- $6 ["viewerTask","largeTask"]

WITH
  candidate_0 AS MATERIALIZED (
    SELECT candidate.*
    FROM
      unnest((SELECT $5::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT created, id, row_number() OVER (ORDER BY ranged.created DESC, ranged.id DESC) AS position
        FROM
          (
            SELECT run.user_id, run.created, run.id
            FROM task_run AS run
            WHERE run.task_id = task.id AND run.user_id BETWEEN (SELECT $2::uuid) AND (SELECT $2::uuid)
            ORDER BY run.user_id DESC, run.created DESC, run.id DESC
            LIMIT (SELECT $3::bigint)
          ) AS ranged
      ) AS candidate
  ),
  scan_end AS MATERIALIZED (
    SELECT created, id, is_end
    FROM
      (
        (
          SELECT *, false AS is_end
          FROM (SELECT * FROM candidate_0) AS candidate
          WHERE position = (SELECT $3::bigint)
          ORDER BY candidate.created DESC, candidate.id DESC
          LIMIT 1
        )
        UNION ALL
        (
          SELECT *, false
          FROM (SELECT * FROM candidate_0) AS candidate
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
      FROM (SELECT * FROM candidate_0) AS candidate
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
          SELECT candidate.created, candidate.id
          FROM
            (
              SELECT *
              FROM candidate_0 AS candidate
              WHERE
                (candidate.created, candidate.id) >= (
                  coalesce((SELECT created FROM scan_end), '-infinity'),
                  coalesce((SELECT id FROM scan_end), '00000000000000000000000000000000')
                )
            ) AS candidate
            CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = candidate.id OFFSET 0) AS run
          WHERE true AND run.is_error
          LIMIT (SELECT $1::integer)
        )
        UNION ALL
        (
          SELECT run.created, run.id
          FROM task_run AS run
          WHERE
            run.task_id = ANY ($6::uuid[])
            AND true
            AND true
            AND run.is_error
            AND (run.created, run.id) >= (
              coalesce((SELECT created FROM scan_end), '-infinity'),
              coalesce((SELECT id FROM scan_end), '00000000000000000000000000000000')
            )
          LIMIT (SELECT $1::integer)
        )
      ) AS found
    LIMIT (SELECT $1::integer)
  ) AS found
