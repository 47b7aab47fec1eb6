-- A page of changes of one task for an analyst.
--
-- Statement `task_run_changes`, sent for an analyst of the project, who has executed runs:
--   { taskRunChanges(orgId: "org", projectId: "project", taskId: "ownerTask", after: "cursorOfChanges") { changes { run { totalTokens model } deleted { runId } } } }
-- $1 50
-- $2 "(transaction)"
-- $3 "(transaction)"
-- $4 "viewerRun"
-- $5 ["ownerTask"]
-- $6 "analyst"
-- $7 4194304
-- $8 "[{\"column\":\"run_data\",\"path\":[\"model\"],\"noArrays\":[],\"isModel\":true}]"
-- $9 51
-- $10 ["ownerTask"]
-- $11 51
-- $12 ["ownerTask"]

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
              unnest((SELECT $10::uuid[])) AS task (id)
              CROSS JOIN LATERAL (
                SELECT run.changed_xid, run.id
                FROM task_run AS run
                WHERE
                  run.task_id = task.id
                  AND (run.changed_xid, run.id) > ((SELECT $3::xid8), (SELECT $4::uuid))
                  AND run.changed_xid < (SELECT xid FROM settled)
                ORDER BY run.changed_xid, run.id
                LIMIT (SELECT $9::integer)
              ) AS page_row
            ORDER BY changed_xid, id
            LIMIT (SELECT $9::integer)
          ) AS run_row
        UNION ALL
        (
          SELECT *
          FROM
            (
              SELECT page_row.changed_xid, page_row.run_id AS id, page_row.task_id, page_row.deleted_at
              FROM
                unnest((SELECT $12::uuid[])) AS task (id)
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
                        AND run.changed_xid <= deletion.changed_xid
                        AND run.task_id = deletion.task_id
                      OFFSET 0
                    )
                  ORDER BY deletion.changed_xid, deletion.run_id
                  LIMIT (SELECT $11::integer)
                ) AS page_row
            ) AS deletion
          ORDER BY changed_xid, id
          LIMIT (SELECT $11::integer)
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
          run.response,
          run.response_bytes,
          run.run_data,
          run.run_data_bytes,
          run."isWithheld",
          run."storedResponse",
          run."storedRunData",
          run.changed_xid AS "changedXid",
          sum(
            CASE
              WHEN jsonb_array_length(
                jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))')
              ) > 0 THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint * greatest(
                1,
                jsonb_array_length(jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))'))
              )
              ELSE 0
            END + CASE
              WHEN jsonb_array_length(
                jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))')
              ) > 0 THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)::bigint * greatest(
                1,
                jsonb_array_length(jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))'))
              )
              ELSE 0
            END
          ) OVER (ORDER BY run.changed_xid, run.id) AS "bytesSoFar"
        FROM
          (
            SELECT *
            FROM (SELECT * FROM page_row LIMIT (SELECT $1::integer)) AS change
            WHERE change.task_id IS NULL
          ) AS page_row
          CROSS JOIN LATERAL (
            SELECT
              task_run.id,
              task_run.task_id,
              task_run.task_revision_id,
              task_run.created,
              task_run.input_tokens,
              task_run.output_tokens,
              task_run.total_tokens,
              task_run.input_processor_timing,
              task_run.llm_call_timing,
              task_run.charged_credits,
              task_run.is_error,
              task_run.llm_retries,
              task_run.used_fallback_model,
              task_run.primary_failure_reason,
              task_run.fallback_llm_model_id,
              task_run.user_id,
              task_run.reporting_group_id,
              task_run.reference,
              task_run.context_id,
              task_run.changed_xid,
              CASE
                WHEN (
                  NOT task_run.task_id = ANY ((SELECT $5::uuid[])::uuid[])
                  OR coalesce(task_run.user_id = (SELECT $6::uuid), false)
                ) THEN task_run.response
              END AS response,
              CASE
                WHEN (
                  NOT task_run.task_id = ANY ((SELECT $5::uuid[])::uuid[])
                  OR coalesce(task_run.user_id = (SELECT $6::uuid), false)
                ) THEN task_run.run_data
              END AS run_data,
              CASE
                WHEN (
                  NOT task_run.task_id = ANY ((SELECT $5::uuid[])::uuid[])
                  OR coalesce(task_run.user_id = (SELECT $6::uuid), false)
                ) THEN task_run.response_bytes
              END AS response_bytes,
              CASE
                WHEN (
                  NOT task_run.task_id = ANY ((SELECT $5::uuid[])::uuid[])
                  OR coalesce(task_run.user_id = (SELECT $6::uuid), false)
                ) THEN task_run.run_data_bytes
              END AS run_data_bytes,
              task_run.response AS "storedResponse",
              task_run.run_data AS "storedRunData",
              NOT (
                (
                  NOT task_run.task_id = ANY ((SELECT $5::uuid[])::uuid[])
                  OR coalesce(task_run.user_id = (SELECT $6::uuid), false)
                )
              ) AS "isWithheld"
            FROM task_run
            WHERE task_run.id = page_row.id
            OFFSET 0
          ) AS run
      ) AS run
    WHERE "bytesSoFar" <= (SELECT $7::bigint)
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
          WHEN jsonb_array_length(
            jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))')
          ) > 0 THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint * greatest(
            1,
            jsonb_array_length(jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))'))
          )
          ELSE 0
        END + CASE
          WHEN jsonb_array_length(
            jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))')
          ) > 0 THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)::bigint * greatest(
            1,
            jsonb_array_length(jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))'))
          )
          ELSE 0
        END
      )::double precision
    FROM
      (SELECT * FROM (SELECT * FROM page_row LIMIT 1) AS change WHERE change.task_id IS NULL) AS page_row
      CROSS JOIN LATERAL (
        SELECT
          task_run.id,
          task_run.task_id,
          task_run.task_revision_id,
          task_run.created,
          task_run.input_tokens,
          task_run.output_tokens,
          task_run.total_tokens,
          task_run.input_processor_timing,
          task_run.llm_call_timing,
          task_run.charged_credits,
          task_run.is_error,
          task_run.llm_retries,
          task_run.used_fallback_model,
          task_run.primary_failure_reason,
          task_run.fallback_llm_model_id,
          task_run.user_id,
          task_run.reporting_group_id,
          task_run.reference,
          task_run.context_id,
          task_run.changed_xid,
          CASE
            WHEN (
              NOT task_run.task_id = ANY ((SELECT $5::uuid[])::uuid[])
              OR coalesce(task_run.user_id = (SELECT $6::uuid), false)
            ) THEN task_run.response
          END AS response,
          CASE
            WHEN (
              NOT task_run.task_id = ANY ((SELECT $5::uuid[])::uuid[])
              OR coalesce(task_run.user_id = (SELECT $6::uuid), false)
            ) THEN task_run.run_data
          END AS run_data,
          CASE
            WHEN (
              NOT task_run.task_id = ANY ((SELECT $5::uuid[])::uuid[])
              OR coalesce(task_run.user_id = (SELECT $6::uuid), false)
            ) THEN task_run.response_bytes
          END AS response_bytes,
          CASE
            WHEN (
              NOT task_run.task_id = ANY ((SELECT $5::uuid[])::uuid[])
              OR coalesce(task_run.user_id = (SELECT $6::uuid), false)
            ) THEN task_run.run_data_bytes
          END AS run_data_bytes,
          task_run.response AS "storedResponse",
          task_run.run_data AS "storedRunData",
          NOT (
            (
              NOT task_run.task_id = ANY ((SELECT $5::uuid[])::uuid[])
              OR coalesce(task_run.user_id = (SELECT $6::uuid), false)
            )
          ) AS "isWithheld"
        FROM task_run
        WHERE task_run.id = page_row.id
        OFFSET 0
      ) AS run
    WHERE NOT EXISTS (SELECT FROM read_run)
  ) AS "tooLargeBytes",
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
        'changedXid', json_agg(run."changedXid"),
        'isWithheld', json_agg(run."isWithheld"),
        'pointerValues', json_agg(
          (
            SELECT array_agg(value ORDER BY number)
            FROM
              (
                SELECT number, text AS value
                FROM
                  (
                    SELECT
                      number,
                      CASE
                        WHEN NOT EXISTS (
                          SELECT
                          FROM jsonb_array_elements(pointer -> 'noArrays') AS position
                          WHERE
                            jsonb_typeof(
                              source.json #> (
                                ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path'))
                              ) [:position::integer]
                            ) = 'array'
                        ) THEN CASE
                          WHEN pointer ? 'isModel' THEN to_json(
                            CASE
                              WHEN jsonb_typeof(
                                (source.json #> ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path')))
                              ) = 'string'
                              AND char_length(
                                (
                                  source.json #> ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path'))
                                ) #>> '{}'
                              ) <= 200 THEN (
                                source.json #> ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path'))
                              ) #>> '{}'
                            END
                          )::text
                          ELSE (
                            source.json #> ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path'))
                          )::text
                        END
                      END AS text
                    FROM
                      jsonb_array_elements(
                        CASE WHEN NOT false THEN (SELECT $8::jsonb) END
                      ) WITH ORDINALITY AS selected_pointer (pointer, number)
                      CROSS JOIN LATERAL (
                        SELECT
                          CASE
                            WHEN pointer ? 'isModel' THEN CASE pointer ->> 'column'
                              WHEN 'response' THEN run."storedResponse"
                              ELSE run."storedRunData"
                            END
                            ELSE CASE pointer ->> 'column'
                              WHEN 'response' THEN run.response
                              ELSE run.run_data
                            END
                          END AS json
                      ) AS source
                  ) AS found
              ) AS limited
          )
        )
      ) AS runs
    FROM read_run AS run
  ) AS page ON true
