-- A page of changes, starting with the first run.
--
-- Statement `task_run_changes`, sent for an owner of the organization:
--   { taskRunChanges(orgId: "org", projectId: "project", first: 2) { changes { run { id } } } }
-- $1 2
-- $2 "(transaction)"
-- $3 3
-- $4 ["ownerTask","editorTask","viewerTask","largeTask"]

WITH
  settled AS MATERIALIZED (SELECT least((SELECT $2::xid8), pg_snapshot_xmin(pg_current_snapshot())) AS xid),
  scanned AS MATERIALIZED (SELECT NULL::xid8 AS changed_xid, NULL::uuid AS id),
  page_row AS MATERIALIZED (
    SELECT page_row.changed_xid, page_row.id
    FROM
      unnest((SELECT $4::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT run.changed_xid, run.id
        FROM task_run AS run
        WHERE run.task_id = task.id AND run.changed_xid < (SELECT xid FROM settled)
        ORDER BY run.changed_xid, run.id
        LIMIT (SELECT $3::integer)
      ) AS page_row
    ORDER BY changed_xid, id
    LIMIT (SELECT $3::integer)
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
          run.changed_xid AS "changedXid",
          0 AS "bytesSoFar"
        FROM
          (SELECT * FROM page_row LIMIT (SELECT $1::integer)) AS page_row
          CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
      ) AS run
    WHERE "bytesSoFar" <= 0
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
        'id', json_agg(run.id),
        'taskId', json_agg(run."taskId"),
        'created', json_agg(run.created),
        'totalTokens', json_agg(run."totalTokens"),
        'isError', json_agg(run."isError"),
        'reportingGroupId', json_agg(run."reportingGroupId"),
        'changedXid', json_agg(run."changedXid")
      ) AS runs
    FROM read_run AS run
  ) AS page ON true
