-- A page of deletions, with which an export ends.
--
-- Statement `task_run_changes`, sent for an owner of the organization:
--   /api/v1/org/{org}/project/{project}/task_run/export?after={cursorOfChanges}
-- $1 100
-- $2 "(transaction)"
-- $3 "(transaction)"
-- $4 "viewerRun"
-- $5 1048576
-- $6 "[{\"column\":\"run_data\",\"path\":[\"model\"],\"noArrays\":[],\"isModel\":true}]"
-- $7 101
-- $8 "project"
-- $9 ["ownerTask"]

WITH
  settled AS MATERIALIZED (SELECT least((SELECT $2::xid8), pg_snapshot_xmin(pg_current_snapshot())) AS xid),
  scanned AS MATERIALIZED (SELECT NULL::xid8 AS changed_xid, NULL::uuid AS id),
  page_row AS MATERIALIZED (
    SELECT *
    FROM
      (
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
                          FROM task
                          WHERE task.id = run.task_id AND task.project_id = (SELECT $8::uuid)
                        )
                      OFFSET 0
                    )
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
          run.task_revision_id AS "taskRevisionId",
          run.created AT TIME ZONE 'UTC' AS created,
          run.input_tokens AS "inputTokens",
          run.output_tokens AS "outputTokens",
          run.total_tokens AS "totalTokens",
          run.input_processor_timing AS "inputProcessorTiming",
          run.llm_call_timing AS "llmCallTiming",
          run.charged_credits::text AS "chargedCredits",
          coalesce(run.is_error, false) AS "isError",
          coalesce(run.llm_retries, 0) AS "llmRetries",
          coalesce(run.used_fallback_model, false) AS "usedFallbackModel",
          run.primary_failure_reason AS "primaryFailureReason",
          run.fallback_llm_model_id AS "fallbackLlmModelId",
          run.user_id AS "userId",
          run.reporting_group_id AS "reportingGroupId",
          run.reference,
          run.context_id AS "contextId",
          run.response,
          run.response_bytes,
          run.run_data,
          run.run_data_bytes,
          run.changed_xid AS "changedXid",
          sum(
            CASE
              WHEN true
              OR jsonb_array_length(
                jsonb_path_query_array((SELECT $6::jsonb), '$[*] ? (!exists(@.isModel))')
              ) > 0 THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint * greatest(
                1,
                jsonb_array_length(jsonb_path_query_array((SELECT $6::jsonb), '$[*] ? (!exists(@.isModel))'))
              )
              ELSE 0
            END + CASE
              WHEN true
              OR jsonb_array_length(
                jsonb_path_query_array((SELECT $6::jsonb), '$[*] ? (!exists(@.isModel))')
              ) > 0 THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)::bigint * greatest(
                1,
                jsonb_array_length(jsonb_path_query_array((SELECT $6::jsonb), '$[*] ? (!exists(@.isModel))'))
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
          WHEN true
          OR jsonb_array_length(
            jsonb_path_query_array((SELECT $6::jsonb), '$[*] ? (!exists(@.isModel))')
          ) > 0 THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint * greatest(
            1,
            jsonb_array_length(jsonb_path_query_array((SELECT $6::jsonb), '$[*] ? (!exists(@.isModel))'))
          )
          ELSE 0
        END + CASE
          WHEN true
          OR jsonb_array_length(
            jsonb_path_query_array((SELECT $6::jsonb), '$[*] ? (!exists(@.isModel))')
          ) > 0 THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)::bigint * greatest(
            1,
            jsonb_array_length(jsonb_path_query_array((SELECT $6::jsonb), '$[*] ? (!exists(@.isModel))'))
          )
          ELSE 0
        END
      )::double precision
    FROM
      (SELECT * FROM (SELECT * FROM page_row LIMIT 1) AS change WHERE change.task_id IS NULL) AS page_row
      CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
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
        'taskRevisionId', json_agg(run."taskRevisionId"),
        'created', json_agg(run.created),
        'inputTokens', json_agg(run."inputTokens"),
        'outputTokens', json_agg(run."outputTokens"),
        'totalTokens', json_agg(run."totalTokens"),
        'inputProcessorTiming', json_agg(run."inputProcessorTiming"),
        'llmCallTiming', json_agg(run."llmCallTiming"),
        'chargedCredits', json_agg(run."chargedCredits"),
        'isError', json_agg(run."isError"),
        'llmRetries', json_agg(run."llmRetries"),
        'usedFallbackModel', json_agg(run."usedFallbackModel"),
        'primaryFailureReason', json_agg(run."primaryFailureReason"),
        'fallbackLlmModelId', json_agg(run."fallbackLlmModelId"),
        'userId', json_agg(run."userId"),
        'reportingGroupId', json_agg(run."reportingGroupId"),
        'reference', json_agg(run.reference),
        'contextId', json_agg(run."contextId"),
        'changedXid', json_agg(run."changedXid"),
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
                        CASE WHEN NOT false THEN (SELECT $6::jsonb) END
                      ) WITH ORDINALITY AS selected_pointer (pointer, number)
                      CROSS JOIN LATERAL (
                        SELECT
                          CASE pointer ->> 'column'
                            WHEN 'response' THEN run.response
                            ELSE run.run_data
                          END AS json
                      ) AS source
                  ) AS found
              ) AS limited
          )
        )
      ) AS runs,
      string_agg(coalesce(CASE WHEN true AND NOT false THEN run.response::text END, ''), E'\n') AS "response",
      string_agg(coalesce(CASE WHEN true AND NOT false THEN run.run_data::text END, ''), E'\n') AS "runData"
    FROM read_run AS run
  ) AS page ON true
