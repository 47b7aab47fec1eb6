-- The same for a caller who sees only part of it: a run that they no longer see after a move is reported as deleted.
--
-- Statement `task_run_changes`, sent for a viewer of the project, who has executed runs:
--   { taskRunChanges(orgId: "org", after: "cursorOfChanges") { changes { run { id } deleted { runId } } } }
-- $1 50
-- $2 "(transaction)"
-- $3 "(transaction)"
-- $4 "viewerRun"
-- $5 "viewer"
-- $6 51
-- $7 ["viewerTask","largeTask"]
-- $8 ["ownerTask","editorTask"]
-- $9 51
-- $10 ["viewerTask","largeTask"]
-- $11 ["ownerTask","editorTask"]
-- $12 "viewer"
-- $13 ["viewerTask","largeTask"]
-- $14 ["ownerTask","editorTask"]
-- $15 "viewer"
-- $16 ["project"]
-- $17 "(transaction)"
-- $18 ["all_viewers"]
-- $19 ["project"]
-- $20 "(transaction)"
-- $21 ["owner_only","editors_and_owners"]
-- $22 "viewer"

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
              unnest((SELECT $7::uuid[])) AS task (id)
              CROSS JOIN LATERAL (
                SELECT run.changed_xid, run.id
                FROM task_run AS run
                WHERE
                  run.task_id = task.id
                  AND (run.changed_xid, run.id) > ((SELECT $3::xid8), (SELECT $4::uuid))
                  AND run.changed_xid < (SELECT xid FROM settled)
                ORDER BY run.changed_xid, run.id
                LIMIT (SELECT $6::integer)
              ) AS page_row
            UNION ALL
            SELECT page_row.changed_xid, page_row.id
            FROM
              unnest((SELECT $8::uuid[])) AS task (id)
              CROSS JOIN LATERAL (
                SELECT run.user_id, run.changed_xid, run.id
                FROM task_run AS run
                WHERE
                  run.task_id = task.id
                  AND run.user_id BETWEEN (SELECT $5::uuid) AND (SELECT $5::uuid)
                  AND (run.user_id, run.changed_xid, run.id) > (
                    (SELECT $5::uuid),
                    (SELECT $3::xid8),
                    (SELECT $4::uuid)
                  )
                  AND run.changed_xid < (SELECT xid FROM settled)
                ORDER BY run.user_id ASC, run.changed_xid ASC, run.id ASC
                LIMIT (SELECT $6::integer)
              ) AS page_row
            ORDER BY changed_xid, id
            LIMIT (SELECT $6::integer)
          ) AS run_row
        UNION ALL
        (
          SELECT *
          FROM
            (
              SELECT page_row.changed_xid, page_row.run_id AS id, page_row.task_id, page_row.deleted_at
              FROM
                unnest((SELECT $13::uuid[])) AS task (id)
                CROSS JOIN (VALUES (false), (true)) AS kind (is_move)
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
                        AND (
                          deletion.is_move
                          OR deletion.is_in_organization
                          OR run.changed_xid <= deletion.changed_xid
                        )
                        AND (
                          run.task_id = ANY ((SELECT $10::uuid[])::uuid[])
                          OR run.task_id = ANY ((SELECT $11::uuid[])::uuid[])
                          AND run.user_id = (SELECT $12::uuid)
                        )
                      OFFSET 0
                    )
                  ORDER BY deletion.changed_xid, deletion.run_id
                  LIMIT (SELECT $9::integer)
                ) AS page_row
              UNION ALL
              SELECT page_row.changed_xid, page_row.run_id AS id, page_row.task_id, page_row.deleted_at
              FROM
                unnest((SELECT $14::uuid[])) AS task (id)
                CROSS JOIN (VALUES (false), (true)) AS kind (is_move)
                CROSS JOIN LATERAL (
                  SELECT deletion.*
                  FROM task_run_deletion AS deletion
                  WHERE
                    deletion.task_id = task.id
                    AND deletion.is_move = kind.is_move
                    AND deletion.user_id BETWEEN (SELECT $15::uuid) AND (SELECT $15::uuid)
                    AND (deletion.user_id, deletion.changed_xid, deletion.run_id) > (
                      (SELECT $15::uuid),
                      (SELECT $3::xid8),
                      (SELECT $4::uuid)
                    )
                    AND (deletion.user_id, deletion.changed_xid, deletion.run_id) <= (
                      (SELECT $15::uuid),
                      (SELECT coalesce(changed_xid, '18446744073709551615') FROM scanned),
                      (SELECT coalesce(id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') FROM scanned)
                    )
                    AND deletion.changed_xid < (SELECT xid FROM settled)
                    AND NOT EXISTS (
                      SELECT
                      FROM task_run AS run
                      WHERE
                        run.id = deletion.run_id
                        AND (
                          deletion.is_move
                          OR deletion.is_in_organization
                          OR run.changed_xid <= deletion.changed_xid
                        )
                        AND (
                          run.task_id = ANY ((SELECT $10::uuid[])::uuid[])
                          OR run.task_id = ANY ((SELECT $11::uuid[])::uuid[])
                          AND run.user_id = (SELECT $12::uuid)
                        )
                      OFFSET 0
                    )
                  ORDER BY deletion.user_id, deletion.changed_xid, deletion.run_id
                  LIMIT (SELECT $9::integer)
                ) AS page_row
              UNION ALL
              SELECT page_row.changed_xid, page_row.run_id AS id, page_row.task_id, page_row.deleted_at
              FROM
                (
                  SELECT deleted_task.id
                  FROM deleted_task
                  WHERE
                    project_id = ANY ((SELECT $16::uuid[])::uuid[])
                    AND changed_xid >= (SELECT $17::xid8)
                    AND run_visibility = ANY ((SELECT $18::varchar[])::varchar[])
                    AND NOT EXISTS (SELECT FROM task WHERE task.id = deleted_task.id)
                ) AS task
                CROSS JOIN (VALUES (false), (true)) AS kind (is_move)
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
                        AND (
                          deletion.is_move
                          OR deletion.is_in_organization
                          OR run.changed_xid <= deletion.changed_xid
                        )
                        AND (
                          run.task_id = ANY ((SELECT $10::uuid[])::uuid[])
                          OR run.task_id = ANY ((SELECT $11::uuid[])::uuid[])
                          AND run.user_id = (SELECT $12::uuid)
                        )
                      OFFSET 0
                    )
                  ORDER BY deletion.changed_xid, deletion.run_id
                  LIMIT (SELECT $9::integer)
                ) AS page_row
              UNION ALL
              SELECT page_row.changed_xid, page_row.run_id AS id, page_row.task_id, page_row.deleted_at
              FROM
                (
                  SELECT deleted_task.id
                  FROM deleted_task
                  WHERE
                    project_id = ANY ((SELECT $19::uuid[])::uuid[])
                    AND changed_xid >= (SELECT $20::xid8)
                    AND run_visibility = ANY ((SELECT $21::varchar[])::varchar[])
                    AND NOT EXISTS (SELECT FROM task WHERE task.id = deleted_task.id)
                ) AS task
                CROSS JOIN (VALUES (false), (true)) AS kind (is_move)
                CROSS JOIN LATERAL (
                  SELECT deletion.*
                  FROM task_run_deletion AS deletion
                  WHERE
                    deletion.task_id = task.id
                    AND deletion.is_move = kind.is_move
                    AND deletion.user_id BETWEEN (SELECT $22::uuid) AND (SELECT $22::uuid)
                    AND (deletion.user_id, deletion.changed_xid, deletion.run_id) > (
                      (SELECT $22::uuid),
                      (SELECT $3::xid8),
                      (SELECT $4::uuid)
                    )
                    AND (deletion.user_id, deletion.changed_xid, deletion.run_id) <= (
                      (SELECT $22::uuid),
                      (SELECT coalesce(changed_xid, '18446744073709551615') FROM scanned),
                      (SELECT coalesce(id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') FROM scanned)
                    )
                    AND deletion.changed_xid < (SELECT xid FROM settled)
                    AND NOT EXISTS (
                      SELECT
                      FROM task_run AS run
                      WHERE
                        run.id = deletion.run_id
                        AND (
                          deletion.is_move
                          OR deletion.is_in_organization
                          OR run.changed_xid <= deletion.changed_xid
                        )
                        AND (
                          run.task_id = ANY ((SELECT $10::uuid[])::uuid[])
                          OR run.task_id = ANY ((SELECT $11::uuid[])::uuid[])
                          AND run.user_id = (SELECT $12::uuid)
                        )
                      OFFSET 0
                    )
                  ORDER BY deletion.user_id, deletion.changed_xid, deletion.run_id
                  LIMIT (SELECT $9::integer)
                ) AS page_row
            ) AS deletion
          ORDER BY changed_xid, id
          LIMIT (SELECT $9::integer)
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
