-- A page of changes for a caller who has a role on a task but sees none of its runs.
--
-- Statement `task_run_changes`, sent for an analyst of the project, whose subject is not an id of a user:
--   { taskRunChanges(orgId: "org", projectId: "project", taskId: "ownerTask", after: "cursorOfChanges", filter: { failureIn: ["Rate limit"] }) { changes { run { response } } } }
-- $1 50
-- $2 "(transaction)"
-- $3 "(transaction)"
-- $4 "viewerRun"
-- $5 4194304
-- $6 "Rate limit"
-- $7 51
-- $8 []
-- $9 2000

WITH
  settled AS MATERIALIZED (SELECT least((SELECT $2::xid8), pg_snapshot_xmin(pg_current_snapshot())) AS xid),
  scanned AS MATERIALIZED (
    SELECT first.*
    FROM
      (VALUES (1)) AS one
      LEFT JOIN LATERAL (
        SELECT page_row.changed_xid, page_row.id
        FROM
          unnest((SELECT $8::uuid[])) AS task (id)
          CROSS JOIN LATERAL (
            SELECT run.changed_xid, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND (run.changed_xid, run.id) > ((SELECT $3::xid8), (SELECT $4::uuid))
              AND run.changed_xid < (SELECT xid FROM settled)
            ORDER BY run.changed_xid, run.id
            OFFSET (SELECT $9::integer) - 1
            LIMIT 1
          ) AS page_row
        ORDER BY changed_xid, id
        LIMIT 1
      ) AS first ON true
  ),
  page_row AS MATERIALIZED (
    SELECT page_row.changed_xid, page_row.id
    FROM
      unnest((SELECT $8::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT candidate.changed_xid, candidate.id
        FROM
          (
            SELECT run.changed_xid, run.id
            FROM task_run AS run
            WHERE
              run.task_id = task.id
              AND (run.changed_xid, run.id) > ((SELECT $3::xid8), (SELECT $4::uuid))
              AND (run.changed_xid, run.id) <= (
                (SELECT coalesce(changed_xid, '18446744073709551615') FROM scanned),
                (SELECT coalesce(id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') FROM scanned)
              )
              AND run.changed_xid < (SELECT xid FROM settled)
            ORDER BY run.changed_xid, run.id
            LIMIT (SELECT $9::integer)
          ) AS candidate
          CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = candidate.id OFFSET 0) AS run
        WHERE
          true
          AND run.is_error
          AND failure_kind_v2 (failure_message (run.response)) COLLATE "C" = $6::text
        ORDER BY candidate.changed_xid, candidate.id
        LIMIT (SELECT $7::integer)
      ) AS page_row
    ORDER BY changed_xid, id
    LIMIT (SELECT $7::integer)
  ),
  read_run AS MATERIALIZED (
    SELECT *
    FROM
      (
        SELECT
          run.id,
          run.task_id AS "taskId",
          run.created AT TIME ZONE 'UTC' AS created,
          run.total_tokens AS "totalTokens",
          coalesce(run.is_error, false) AS "isError",
          run.reporting_group_id AS "reportingGroupId",
          run.response,
          run.response_bytes,
          run.changed_xid AS "changedXid",
          sum(
            CASE
              WHEN true THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint
              ELSE 0
            END
          ) OVER (ORDER BY run.changed_xid, run.id) AS "bytesSoFar"
        FROM
          (SELECT * FROM page_row LIMIT (SELECT $1::integer)) AS page_row
          CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
      ) AS run
    WHERE "bytesSoFar" <= (SELECT $5::bigint)
    ORDER BY "changedXid", id
  )
SELECT
  (SELECT xid FROM settled) AS settled,
  (SELECT count(*) FROM page_row)::integer AS found,
  (SELECT changed_xid FROM scanned) AS "scannedXid",
  (SELECT id FROM scanned) AS "scannedId",
  (
    SELECT
      (
        CASE
          WHEN true THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint
          ELSE 0
        END
      )::double precision
    FROM
      (SELECT * FROM page_row LIMIT 1) AS page_row
      CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
    WHERE NOT EXISTS (SELECT FROM read_run)
  ) AS "tooLargeBytes",
  NULL::json AS "lastForgotten",
  NULL::json AS deletions,
  page.*
FROM
  (VALUES (1)) AS one
  LEFT JOIN LATERAL (
    SELECT
      json_build_object(
        'id', json_agg(run.id),
        'taskId', json_agg(run."taskId"),
        'created', json_agg(run.created),
        'totalTokens', json_agg(run."totalTokens"),
        'isError', json_agg(run."isError"),
        'reportingGroupId', json_agg(run."reportingGroupId"),
        'changedXid', json_agg(run."changedXid")
      ) AS runs,
      string_agg(coalesce(CASE WHEN true AND NOT false THEN run.response::text END, ''), E'\n') AS "response"
    FROM read_run AS run
  ) AS page ON true
