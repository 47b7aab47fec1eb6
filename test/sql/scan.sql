-- A step of a scan: the next runs of each task, which are read and tested against the filter.
--
-- Statement `task_run_scan`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", filter: { response: [{ path: "/category", eq: "billing" }] }) { nodes { id } } }
-- $1 51
-- $2 ["category"]
-- $3 "\"billing\""
-- $4 400
-- $5 400
-- $6 ["ownerTask","editorTask","viewerTask","largeTask"]

WITH
  candidate_0 AS MATERIALIZED (
    SELECT candidate.*
    FROM
      unnest((SELECT $6::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT created, id, row_number() OVER (ORDER BY ranged.created DESC, ranged.id DESC) AS position
        FROM
          (
            SELECT run.created, run.id
            FROM task_run AS run
            WHERE run.task_id = task.id AND true
            ORDER BY run.created DESC, run.id DESC
            LIMIT (SELECT $4::bigint)
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
          WHERE position = (SELECT $4::bigint)
          ORDER BY candidate.created DESC, candidate.id DESC
          LIMIT 1
        )
        UNION ALL
        (
          SELECT *, false
          FROM (SELECT * FROM candidate_0) AS candidate
          ORDER BY candidate.created DESC, candidate.id DESC
          OFFSET (SELECT $5::bigint) - 1
          LIMIT 1
        )
      ) AS candidate
    ORDER BY candidate.created DESC, candidate.id DESC
    LIMIT 1
  )
SELECT
  count(*)::integer AS found,
  json_agg(id) AS ids,
  CASE
    WHEN (SELECT is_end FROM scan_end) THEN (SELECT $5::bigint)
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
              ORDER BY candidate.created DESC, candidate.id DESC
            ) AS candidate
            CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = candidate.id OFFSET 0) AS run
          WHERE true AND (run.response #> $2::text[]) = $3::jsonb
          ORDER BY candidate.created DESC, candidate.id DESC
          LIMIT (SELECT $1::integer)
        )
      ) AS found
    ORDER BY found.created DESC, found.id DESC
    LIMIT (SELECT $1::integer)
  ) AS found
