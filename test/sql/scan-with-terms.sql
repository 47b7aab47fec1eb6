-- A step of a scan in which the search index finds the runs of completely visible tasks.
--
-- Statement `task_run_scan`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "otherProject", filter: { search: "limit" }) { nodes { id } } }
-- $1 51
-- $2 "2024-01-01T00:00:00.000000Z"
-- $3 "(id)"
-- $4 ["(transaction)"]
-- $5 (depends on time)
-- $6 (depends on time)
-- $7 ["otherTask"]

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
          WHERE position = (SELECT $5::bigint)
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
          OFFSET (SELECT $6::bigint) - 1
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
    WHEN (SELECT is_end FROM scan_end) THEN (SELECT $6::bigint)
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
          FROM
            (
              SELECT *
              FROM task_run AS searched
              WHERE
                task_run_term_keys (
                  searched.task_id,
                  task_run_words (searched.response, searched.run_data) || task_run_values (searched.response, searched.run_data)
                ) && (SELECT $4::bigint[])::bigint[]
              OFFSET 0
            ) AS run
          WHERE
            run.task_id = ANY ($7::uuid[])
            AND true
            AND (run.created, run.id) < ((SELECT $2::timestamptz), (SELECT $3::uuid))
            AND (run.created, run.id) >= (
              coalesce((SELECT created FROM scan_end), '-infinity'),
              coalesce((SELECT id FROM scan_end), '00000000000000000000000000000000')
            )
          ORDER BY run.created DESC, run.id DESC
          LIMIT (SELECT $1::integer)
        )
      ) AS found
    ORDER BY found.created DESC, found.id DESC
    LIMIT (SELECT $1::integer)
  ) AS found
