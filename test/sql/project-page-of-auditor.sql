-- A page of a project for an analyst who cannot have executed runs.
--
-- Statement `task_run_page`, sent for an analyst of the project, whose subject is not an id of a user:
--   { taskRuns(orgId: "org", projectId: "project") { nodes { id responsePreview } } }
-- $1 51
-- $2 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $3 ["ownerTask","editorTask","viewerTask","largeTask"]
-- $4 9007199254740991
-- $5 200

WITH
  page_row AS MATERIALIZED (
    SELECT page_row.*
    FROM
      unnest((SELECT $2::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT run.created, run.id
        FROM task_run AS run
        WHERE run.task_id = task.id AND true
        ORDER BY run.created DESC, run.id DESC
        LIMIT (SELECT $1::integer)
      ) AS page_row
    ORDER BY created DESC, id DESC
    LIMIT (SELECT $1::integer)
  ),
  read_run AS MATERIALIZED (
    SELECT
      run.id,
      run.task_id AS "taskId",
      run.created AT TIME ZONE 'UTC' AS created,
      run.total_tokens AS "totalTokens",
      coalesce(run.is_error, false) AS "isError",
      run.reporting_group_id AS "reportingGroupId",
      run.response,
      run.response_bytes,
      run."isWithheld"
    FROM
      page_row
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
            WHEN (NOT task_run.task_id = ANY ((SELECT $3::uuid[])::uuid[])) THEN task_run.response
          END AS response,
          CASE
            WHEN (NOT task_run.task_id = ANY ((SELECT $3::uuid[])::uuid[])) THEN task_run.run_data
          END AS run_data,
          CASE
            WHEN (NOT task_run.task_id = ANY ((SELECT $3::uuid[])::uuid[])) THEN task_run.response_bytes
          END AS response_bytes,
          CASE
            WHEN (NOT task_run.task_id = ANY ((SELECT $3::uuid[])::uuid[])) THEN task_run.run_data_bytes
          END AS run_data_bytes,
          task_run.response AS "storedResponse",
          task_run.run_data AS "storedRunData",
          NOT ((NOT task_run.task_id = ANY ((SELECT $3::uuid[])::uuid[]))) AS "isWithheld"
        FROM task_run
        WHERE task_run.id = page_row.id
        OFFSET 0
      ) AS run
  )
SELECT
  json_build_object(
    'id', json_agg(run.id),
    'taskId', json_agg(run."taskId"),
    'created', json_agg(run.created),
    'totalTokens', json_agg(run."totalTokens"),
    'isError', json_agg(run."isError"),
    'reportingGroupId', json_agg(run."reportingGroupId"),
    'isWithheld', json_agg(run."isWithheld"),
    'responsePreview', json_agg(
      CASE
        WHEN NOT run."isWithheld"
        AND NOT false THEN CASE
          WHEN run."previewedBytes" <= 134217728 THEN to_json(
            left(run.response #>> '{}', (SELECT $5::integer) + 1)
          )
          ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
        END
      END
    )
  ) AS runs
FROM
  (
    SELECT
      *,
      sum(
        coalesce(
          CASE
            WHEN NOT run."isWithheld"
            AND NOT false THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
          END,
          0
        )
      ) OVER (ROWS UNBOUNDED PRECEDING) AS "previewedBytes"
    FROM read_run AS run
  ) AS run
HAVING
  (
    SELECT
      coalesce(
        sum(
          CASE
            WHEN NOT run."isWithheld" THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint
            ELSE 0
          END
        ),
        0
      )
    FROM read_run AS run
  ) <= (SELECT $4::bigint)
