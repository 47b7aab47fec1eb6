-- A page of changes in an organization for a caller who sees all of its runs: moves within it are not deletions.
--
-- Statement `task_run_changes`, sent for an owner of the organization:
--   { taskRunChanges(orgId: "org", after: "cursorOfChanges") { changes { run { id } deleted { runId } } } }
-- $1 50
-- $2 "(transaction)"
-- $3 "(transaction)"
-- $4 "viewerRun"
-- $5 51
-- $6 ["ownerTask","editorTask","viewerTask","largeTask","otherTask"]
-- $7 51
-- $8 "org"
-- $9 ["ownerTask","editorTask","viewerTask","largeTask","otherTask"]
-- $10 ["project","otherProject"]
-- $11 "(transaction)"
-- $12 ["owner_only","editors_and_owners","all_viewers"]

WITH
  settled AS MATERIALIZED (SELECT least((SELECT $2::xid8), pg_snapshot_xmin(pg_current_snapshot())) AS xid),
  scanned AS MATERIALIZED (SELECT NULL::xid8 AS changed_xid, NULL::uuid AS id),
  page_row AS MATERIALIZED (
    SELECT *
    FROM
      (
        SELECT changed_xid, id, NULL::uuid AS task_id, NULL::timestamptz AS deleted_at
        FROM
          (
            SELECT page_row.changed_xid, page_row.id
            FROM
              unnest((SELECT $6::uuid[])) AS task (id)
              CROSS JOIN LATERAL (
                SELECT run.changed_xid, run.id
                FROM task_run AS run
                WHERE
                  run.task_id = task.id
                  AND (run.changed_xid, run.id) > ((SELECT $3::xid8), (SELECT $4::uuid))
                  AND run.changed_xid < (SELECT xid FROM settled)
                ORDER BY run.changed_xid, run.id
                LIMIT (SELECT $5::integer)
              ) AS page_row
            ORDER BY changed_xid, id
            LIMIT (SELECT $5::integer)
          ) AS run_row
        UNION ALL
        (
          SELECT *
          FROM
            (
              SELECT page_row.changed_xid, page_row.run_id AS id, page_row.task_id, page_row.deleted_at
              FROM
                unnest((SELECT $9::uuid[])) AS task (id)
                CROSS JOIN (VALUES (false)) AS kind (is_move)
                CROSS JOIN LATERAL (
                  SELECT deletion.*
                  FROM task_run_deletion AS deletion
                  WHERE
                    deletion.task_id = task.id
                    AND deletion.is_move = kind.is_move
                    AND (deletion.changed_xid, deletion.run_id) > ((SELECT $3::xid8), (SELECT $4::uuid))
                    AND (deletion.changed_xid, deletion.run_id) <= (
                      (SELECT coalesce(changed_xid, '18446744073709551615') FROM scanned),
                      (SELECT coalesce(id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') FROM scanned)
                    )
                    AND deletion.changed_xid < (SELECT xid FROM settled)
                    AND NOT EXISTS (
                      SELECT
                      FROM task_run AS run
                      WHERE
                        run.id = deletion.run_id
                        AND run.changed_xid <= deletion.changed_xid
                        AND EXISTS (
                          SELECT
                          FROM task JOIN project ON project.id = task.project_id
                          WHERE task.id = run.task_id AND project.org_id = (SELECT $8::uuid)
                        )
                      OFFSET 0
                    )
                    AND NOT deletion.is_in_organization
                  ORDER BY deletion.changed_xid, deletion.run_id
                  LIMIT (SELECT $7::integer)
                ) AS page_row
              UNION ALL
              SELECT page_row.changed_xid, page_row.run_id AS id, page_row.task_id, page_row.deleted_at
              FROM
                (
                  SELECT deleted_task.id
                  FROM deleted_task
                  WHERE
                    project_id = ANY ((SELECT $10::uuid[])::uuid[])
                    AND changed_xid >= (SELECT $11::xid8)
                    AND run_visibility = ANY ((SELECT $12::varchar[])::varchar[])
                    AND NOT EXISTS (SELECT FROM task WHERE task.id = deleted_task.id)
                ) AS task
                CROSS JOIN (VALUES (false)) AS kind (is_move)
                CROSS JOIN LATERAL (
                  SELECT deletion.*
                  FROM task_run_deletion AS deletion
                  WHERE
                    deletion.task_id = task.id
                    AND deletion.is_move = kind.is_move
                    AND (deletion.changed_xid, deletion.run_id) > ((SELECT $3::xid8), (SELECT $4::uuid))
                    AND (deletion.changed_xid, deletion.run_id) <= (
                      (SELECT coalesce(changed_xid, '18446744073709551615') FROM scanned),
                      (SELECT coalesce(id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') FROM scanned)
                    )
                    AND deletion.changed_xid < (SELECT xid FROM settled)
                    AND NOT EXISTS (
                      SELECT
                      FROM task_run AS run
                      WHERE
                        run.id = deletion.run_id
                        AND run.changed_xid <= deletion.changed_xid
                        AND EXISTS (
                          SELECT
                          FROM task JOIN project ON project.id = task.project_id
                          WHERE task.id = run.task_id AND project.org_id = (SELECT $8::uuid)
                        )
                      OFFSET 0
                    )
                    AND NOT deletion.is_in_organization
                  ORDER BY deletion.changed_xid, deletion.run_id
                  LIMIT (SELECT $7::integer)
                ) AS page_row
            ) AS deletion
          ORDER BY changed_xid, id
          LIMIT (SELECT $7::integer)
        )
      ) AS change
    ORDER BY changed_xid, id
    LIMIT (SELECT $1::integer) + 1
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
          (
            SELECT *
            FROM (SELECT * FROM page_row LIMIT (SELECT $1::integer)) AS change
            WHERE change.task_id IS NULL
          ) AS page_row
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
  (
    SELECT json_build_object('xid', forgotten_xid, 'id', forgotten_run_id)
    FROM change_epoch
    WHERE forgotten_xid IS NOT NULL
  ) AS "lastForgotten",
  (
    SELECT
      json_agg(
        json_build_object(
          'xid', changed_xid,
          'runId', id,
          'taskId', task_id,
          'deletedAt', to_char(deleted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          'runsBefore', runs_before
        )
      )
    FROM
      (
        SELECT *, count(*) FILTER (WHERE task_id IS NULL) OVER (ORDER BY changed_xid, id) AS runs_before
        FROM (SELECT * FROM page_row LIMIT (SELECT $1::integer)) AS change
      ) AS change
    WHERE task_id IS NOT NULL
  ) AS deletions,
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
