-- A page of changes with one run, whose JSON is too large for a page of several runs.
--
-- Statement `task_run_changes`, sent for an owner of the organization:
--   { taskRunChanges(orgId: "org", projectId: "project", taskId: "largeTask") { changes { run { response } } } }
-- $1 1
-- $2 "(transaction)"
-- $3 4194304
-- $4 2
-- $5 ["largeTask"]

WITH
  settled AS MATERIALIZED (SELECT least((SELECT $2::xid8), pg_snapshot_xmin(pg_current_snapshot())) AS xid),
  scanned AS MATERIALIZED (SELECT NULL::xid8 AS changed_xid, NULL::uuid AS id),
  page_row AS MATERIALIZED (
    SELECT page_row.changed_xid, page_row.id
    FROM
      unnest((SELECT $5::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT run.changed_xid, run.id
        FROM task_run AS run
        WHERE run.task_id = task.id AND run.changed_xid < (SELECT xid FROM settled)
        ORDER BY run.changed_xid, run.id
        LIMIT (SELECT $4::integer)
      ) AS page_row
    ORDER BY changed_xid, id
    LIMIT (SELECT $4::integer)
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
          0 AS "bytesSoFar"
        FROM
          (SELECT * FROM page_row LIMIT (SELECT $1::integer)) AS page_row
          CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
      ) AS run
    WHERE "bytesSoFar" <= (SELECT $3::bigint)
    ORDER BY "changedXid", id
  )
SELECT
  (SELECT xid FROM settled) AS settled,
  (SELECT count(*) FROM page_row)::integer AS found,
  (SELECT changed_xid FROM scanned) AS "scannedXid",
  (SELECT id FROM scanned) AS "scannedId",
  NULL AS "tooLargeBytes",
  NULL::json AS "lastForgotten",
  NULL::json AS deletions,
  page.*
FROM
  (VALUES (1)) AS one
  LEFT JOIN LATERAL (
    SELECT
      json_build_object(
        'id', run.id,
        'taskId', run."taskId",
        'created', run.created,
        'totalTokens', run."totalTokens",
        'isError', run."isError",
        'reportingGroupId', run."reportingGroupId",
        'changedXid', run."changedXid"
      ) AS runs,
      CASE
        WHEN true
        AND NOT false THEN CASE
          WHEN run.before + coalesce(run.response_bytes, octet_length(run.response::text), 0) <= run."byteLimit" THEN run.response::text
          ELSE '!' || coalesce(run.response_bytes, octet_length(run.response::text), 0)
        END
      END AS "response"
    FROM
      (
        SELECT
          *,
          (SELECT $3::bigint) AS "byteLimit",
          coalesce(
            sum(
              CASE
                WHEN coalesce(run.response_bytes, octet_length(run.response::text), 0) <= (
                  SELECT $3::bigint
                ) THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
                ELSE 0
              END
            ) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            0
          ) AS before
        FROM read_run AS run
      ) AS run
  ) AS page ON true
