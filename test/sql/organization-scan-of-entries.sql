-- The same with a condition that index entries decide.
--
-- Statement `task_run_scan`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "wideOrg", filter: { status: FAIL, response: [{ path: "/category", eq: "billing" }] }) { nodes { id } } }
-- $1 51
-- $2 ["category"]
-- $3 "\"billing\""
-- $4 "viewer"
-- $5 ["category"]
-- $6 "\"billing\""
-- $7 ["(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(i …
-- $8 ["(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(id)","(i …
-- $9 201
-- $10 50
-- $11 400
-- $12 999

WITH
  leading_task AS MATERIALIZED (
    SELECT *
    FROM
      (
        SELECT 0 AS task_group, task.id AS task_id, first.created, first.id
        FROM
          unnest((SELECT $7::uuid[])) AS task (id)
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
          unnest((SELECT $8::uuid[])) AS task (id)
          CROSS JOIN LATERAL (
            SELECT run.user_id, run.created, run.id
            FROM task_run AS run
            WHERE run.task_id = task.id AND run.user_id BETWEEN (SELECT $4::uuid) AND (SELECT $4::uuid)
            ORDER BY run.user_id DESC, run.created DESC, run.id DESC
            LIMIT 1
          ) AS first
      ) AS task
    ORDER BY task.created DESC, task.id DESC
    LIMIT (SELECT $9::integer)
  ),
  leading_end AS MATERIALIZED (
    SELECT created, id
    FROM leading_task
    ORDER BY leading_task.created DESC, leading_task.id DESC
    OFFSET (SELECT $9::integer) - 1
  ),
  entry_end AS MATERIALIZED (
    SELECT last.*
    FROM
      (SELECT task_id AS id FROM leading_task WHERE task_group = 0) AS task
      CROSS JOIN LATERAL (
        SELECT run.created, run.id
        FROM task_run AS run
        WHERE run.task_id = task.id AND true
        ORDER BY run.created DESC, run.id DESC
        OFFSET (SELECT $12::bigint)
        LIMIT 1
      ) AS last
    ORDER BY last.created DESC, last.id DESC
    LIMIT 1
  ),
  candidate_0 AS MATERIALIZED (
    SELECT candidate.*
    FROM
      (SELECT task_id AS id FROM leading_task WHERE task_group = 0) AS task
      CROSS JOIN LATERAL (
        SELECT created, id, row_number() OVER (ORDER BY ranged.created DESC, ranged.id DESC) AS position
        FROM
          (
            SELECT run.created, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND true
              AND true
              AND run.is_error
              AND (run.created, run.id) >= (
                coalesce((SELECT created FROM leading_end), '-infinity'),
                coalesce((SELECT id FROM leading_end), '00000000000000000000000000000000')
              )
              AND (run.created, run.id) >= (
                coalesce((SELECT created FROM entry_end), '-infinity'),
                coalesce((SELECT id FROM entry_end), '00000000000000000000000000000000')
              )
            ORDER BY run.created DESC, run.id DESC
            LIMIT (SELECT $10::bigint)
          ) AS ranged
      ) AS candidate
  ),
  candidate_1 AS MATERIALIZED (
    SELECT candidate.*
    FROM
      (SELECT task_id AS id FROM leading_task WHERE task_group = 1) AS task
      CROSS JOIN LATERAL (
        SELECT created, id, row_number() OVER (ORDER BY ranged.created DESC, ranged.id DESC) AS position
        FROM
          (
            SELECT run.user_id, run.created, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND run.user_id BETWEEN (SELECT $4::uuid) AND (SELECT $4::uuid)
              AND (run.user_id, run.created, run.id) >= (
                (SELECT $4::uuid),
                coalesce((SELECT created FROM leading_end), '-infinity'),
                coalesce((SELECT id FROM leading_end), '00000000000000000000000000000000')
              )
            ORDER BY run.user_id DESC, run.created DESC, run.id DESC
            LIMIT (SELECT $10::bigint)
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
          WHERE position = (SELECT $10::bigint)
          ORDER BY candidate.created DESC, candidate.id DESC
          LIMIT 1
        )
        UNION ALL
        (
          SELECT *, false
          FROM (SELECT * FROM candidate_0 UNION ALL SELECT * FROM candidate_1) AS candidate
          ORDER BY candidate.created DESC, candidate.id DESC
          OFFSET (SELECT $11::bigint) - 1
          LIMIT 1
        )
        UNION ALL
        SELECT created, id, NULL, true
        FROM entry_end
        UNION ALL
        SELECT created, id, NULL, true
        FROM leading_end
      ) AS candidate
    ORDER BY candidate.created DESC, candidate.id DESC
    LIMIT 1
  )
SELECT
  count(*)::integer AS found,
  json_agg(id) AS ids,
  CASE
    WHEN (SELECT is_end FROM scan_end) THEN (SELECT $11::bigint)
    ELSE (
      SELECT count(*)
      FROM (SELECT * FROM candidate_0 UNION ALL SELECT * FROM candidate_1) AS candidate
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
        UNION ALL
        (
          SELECT candidate.created, candidate.id
          FROM
            (
              SELECT *
              FROM candidate_1 AS candidate
              WHERE
                (candidate.created, candidate.id) >= (
                  coalesce((SELECT created FROM scan_end), '-infinity'),
                  coalesce((SELECT id FROM scan_end), '00000000000000000000000000000000')
                )
              ORDER BY candidate.created DESC, candidate.id DESC
            ) AS candidate
            CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = candidate.id OFFSET 0) AS run
          WHERE true AND run.is_error AND (run.response #> $5::text[]) = $6::jsonb
          ORDER BY candidate.created DESC, candidate.id DESC
          LIMIT (SELECT $1::integer)
        )
      ) AS found
    ORDER BY found.created DESC, found.id DESC
    LIMIT (SELECT $1::integer)
  ) AS found
