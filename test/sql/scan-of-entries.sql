-- A step of a scan in which index entries decide part of the filter.
--
-- Statement `task_run_scan`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "org", projectId: "project", last: 2, before: "cursorOfFailures", filter: { status: FAIL, response: [{ path: "/category", eq: "billing" }] }) { nodes { id } } }
-- $1 3
-- $2 "2024-01-16T13:33:25.247662Z"
-- $3 "(id)"
-- $4 ["category"]
-- $5 "\"billing\""
-- $6 "viewer"
-- $7 ["category"]
-- $8 "\"billing\""
-- $9 400
-- $10 400
-- $11 ["viewerTask","largeTask"]
-- $12 7999
-- $13 ["viewerTask","largeTask"]
-- $14 ["ownerTask","editorTask"]

WITH
  entry_end AS MATERIALIZED (
    SELECT last.*
    FROM
      unnest((SELECT $11::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT run.created, run.id
        FROM task_run AS run
        WHERE
          run.task_id = task.id
          AND true
          AND (run.created, run.id) > ((SELECT $2::timestamptz), (SELECT $3::uuid))
        ORDER BY run.created ASC, run.id ASC
        OFFSET (SELECT $12::bigint)
        LIMIT 1
      ) AS last
    ORDER BY last.created ASC, last.id ASC
    LIMIT 1
  ),
  candidate_0 AS MATERIALIZED (
    SELECT candidate.*
    FROM
      unnest((SELECT $13::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT created, id, row_number() OVER (ORDER BY ranged.created ASC, ranged.id ASC) AS position
        FROM
          (
            SELECT run.created, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND true
              AND true
              AND run.is_error
              AND (run.created, run.id) > ((SELECT $2::timestamptz), (SELECT $3::uuid))
              AND (run.created, run.id) <= (
                coalesce((SELECT created FROM entry_end), 'infinity'),
                coalesce((SELECT id FROM entry_end), 'ffffffffffffffffffffffffffffffff')
              )
            ORDER BY run.created ASC, run.id ASC
            LIMIT (SELECT $9::bigint)
          ) AS ranged
      ) AS candidate
  ),
  candidate_1 AS MATERIALIZED (
    SELECT candidate.*
    FROM
      unnest((SELECT $14::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT created, id, row_number() OVER (ORDER BY ranged.created ASC, ranged.id ASC) AS position
        FROM
          (
            SELECT run.user_id, run.created, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND run.user_id BETWEEN (SELECT $6::uuid) AND (SELECT $6::uuid)
              AND (run.user_id, run.created, run.id) > (
                (SELECT $6::uuid),
                (SELECT $2::timestamptz),
                (SELECT $3::uuid)
              )
            ORDER BY run.user_id ASC, run.created ASC, run.id ASC
            LIMIT (SELECT $9::bigint)
          ) AS ranged
      ) AS candidate
  ),
  scan_end AS MATERIALIZED (
    SELECT created, id, is_end
    FROM
      (
        (
          SELECT *, false AS is_end
          FROM (SELECT * FROM candidate_0 UNION ALL SELECT * FROM candidate_1) AS candidate
          WHERE position = (SELECT $9::bigint)
          ORDER BY candidate.created ASC, candidate.id ASC
          LIMIT 1
        )
        UNION ALL
        (
          SELECT *, false
          FROM (SELECT * FROM candidate_0 UNION ALL SELECT * FROM candidate_1) AS candidate
          ORDER BY candidate.created ASC, candidate.id ASC
          OFFSET (SELECT $10::bigint) - 1
          LIMIT 1
        )
        UNION ALL
        SELECT created, id, NULL, true
        FROM entry_end
      ) AS candidate
    ORDER BY candidate.created ASC, candidate.id ASC
    LIMIT 1
  )
SELECT
  count(*)::integer AS found,
  json_agg(id) AS ids,
  CASE
    WHEN (SELECT is_end FROM scan_end) THEN (SELECT $10::bigint)
    ELSE (
      SELECT count(*)
      FROM (SELECT * FROM candidate_0 UNION ALL SELECT * FROM candidate_1) AS candidate
      WHERE
        (candidate.created, candidate.id) <= (
          coalesce((SELECT created FROM scan_end), 'infinity'),
          coalesce((SELECT id FROM scan_end), 'ffffffffffffffffffffffffffffffff')
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
                (candidate.created, candidate.id) <= (
                  coalesce((SELECT created FROM scan_end), 'infinity'),
                  coalesce((SELECT id FROM scan_end), 'ffffffffffffffffffffffffffffffff')
                )
              ORDER BY candidate.created ASC, candidate.id ASC
            ) AS candidate
            CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = candidate.id OFFSET 0) AS run
          WHERE true AND (run.response #> $4::text[]) = $5::jsonb
          ORDER BY candidate.created ASC, candidate.id ASC
          LIMIT (SELECT $1::integer)
        )
        UNION ALL
        (
          SELECT candidate.created, candidate.id
          FROM
            (
              SELECT *
              FROM candidate_1 AS candidate
              WHERE
                (candidate.created, candidate.id) <= (
                  coalesce((SELECT created FROM scan_end), 'infinity'),
                  coalesce((SELECT id FROM scan_end), 'ffffffffffffffffffffffffffffffff')
                )
              ORDER BY candidate.created ASC, candidate.id ASC
            ) AS candidate
            CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = candidate.id OFFSET 0) AS run
          WHERE true AND run.is_error AND (run.response #> $7::text[]) = $8::jsonb
          ORDER BY candidate.created ASC, candidate.id ASC
          LIMIT (SELECT $1::integer)
        )
      ) AS found
    ORDER BY found.created ASC, found.id ASC
    LIMIT (SELECT $1::integer)
  ) AS found
