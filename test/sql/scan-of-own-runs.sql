-- A step of a scan in order of creation, over tasks in which the caller sees only the runs that they executed.
--
-- Statement `task_run_scan`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "ownerTask", orderBy: CREATED_ASC, filter: { createdAfter: "2024-01-01T00:00:00Z", status: FAIL, response: [{ path: "/category", eq: "billing" }] }) { nodes { id } countUpTo { count } } }
-- $1 51
-- $2 "viewer"
-- $3 "2024-01-01T00:00:00.000000Z"
-- $4 ["category"]
-- $5 "\"billing\""
-- $6 400
-- $7 400
-- $8 ["ownerTask"]

WITH
  candidate_0 AS MATERIALIZED (
    SELECT candidate.*
    FROM
      unnest((SELECT $8::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT created, id, row_number() OVER (ORDER BY ranged.created ASC, ranged.id ASC) AS position
        FROM
          (
            SELECT run.user_id, run.created, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND run.user_id BETWEEN (SELECT $2::uuid) AND (SELECT $2::uuid)
              AND (run.user_id, run.created) >= ((SELECT $2::uuid), (SELECT $3::timestamptz))
            ORDER BY run.user_id ASC, run.created ASC, run.id ASC
            LIMIT (SELECT $6::bigint)
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
          WHERE position = (SELECT $6::bigint)
          ORDER BY candidate.created ASC, candidate.id ASC
          LIMIT 1
        )
        UNION ALL
        (
          SELECT *, false
          FROM (SELECT * FROM candidate_0) AS candidate
          ORDER BY candidate.created ASC, candidate.id ASC
          OFFSET (SELECT $7::bigint) - 1
          LIMIT 1
        )
      ) AS candidate
    ORDER BY candidate.created ASC, candidate.id ASC
    LIMIT 1
  )
SELECT
  count(*)::integer AS found,
  json_agg(id) AS ids,
  CASE
    WHEN (SELECT is_end FROM scan_end) THEN (SELECT $7::bigint)
    ELSE (
      SELECT count(*)
      FROM (SELECT * FROM candidate_0) AS candidate
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
          WHERE true AND run.is_error AND (run.response #> $4::text[]) = $5::jsonb
          ORDER BY candidate.created ASC, candidate.id ASC
          LIMIT (SELECT $1::integer)
        )
      ) AS found
    ORDER BY found.created ASC, found.id ASC
    LIMIT (SELECT $1::integer)
  ) AS found
