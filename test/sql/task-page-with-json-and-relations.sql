-- A page after a cursor, with JSON, previews, reporting groups and files.
--
-- Statement `task_run_pages_by_task`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "ownerTask", after: "cursorInTask") { nodes { response runData submitted responseBytes responsePreview submittedPreview(length: 20) failureMessage failure  chargedCredits reportingGroup { name } files { name } } } }
-- $1 ["org"]
-- $2 ["project"]
-- $3 ["ownerTask"]
-- $4 ["owner"]
-- $5 [null]
-- $6 [51]
-- $7 ["2024-01-16T13:33:25.247662Z"]
-- $8 ["(id)"]
-- $9 [200]
-- $10 1048576

SELECT
  task.id AS "taskId",
  task.run_visibility AS visibility,
  project.id IS NOT NULL AS "isProject",
  coalesce(granted.roles, 0) AS roles,
  page.*
FROM
  unnest(
    (SELECT $1::uuid[]),
    (SELECT $2::uuid[]),
    (SELECT $3::uuid[]),
    (SELECT $4::text[]),
    (SELECT $5::uuid[]),
    (SELECT $6::integer[]),
    (SELECT $7::timestamptz[]),
    (SELECT $8::uuid[]),
    (SELECT $9::integer[])
  ) WITH ORDINALITY AS request (org_id, project_id, task_id, subject, user_id, size, after_created, after_id, preview_length, position)
  LEFT JOIN organization ON organization.id = request.org_id
  LEFT JOIN project ON project.id = request.project_id AND project.org_id = organization.id
  LEFT JOIN task ON task.id = request.task_id AND task.project_id = project.id
  LEFT JOIN LATERAL (
    SELECT
      bit_or(
        CASE role_on_path.role
          WHEN 'viewer' THEN 2
          WHEN 'editor' THEN 4
          WHEN 'owner' THEN 8
          WHEN 'analyst' THEN 1
        END
      ) AS roles
    FROM
      (
        VALUES ('organization', organization.id), ('project', project.id), ('task', task.id)
      ) AS granted_on (type, id)
      CROSS JOIN LATERAL (
        SELECT direct.role
        FROM access_grant AS direct
        WHERE
          direct.subject_type = 'user'
          AND direct.subject_id = request.subject
          AND direct.resource_type = granted_on.type
          AND direct.resource_id = granted_on.id
        UNION ALL
        SELECT shared.role
        FROM
          access_grant AS shared
          JOIN access_grant AS membership ON membership.resource_type = shared.subject_type AND membership.resource_id = shared.subject_id::uuid
        WHERE
          membership.subject_type = 'user'
          AND membership.subject_id = request.subject
          AND membership.role <> 'analyst'
          AND shared.subject_type <> 'user'
          AND shared.resource_type = granted_on.type
          AND shared.resource_id = granted_on.id
      ) AS role_on_path
  ) AS granted ON true
  LEFT JOIN LATERAL (
    WITH
      read_run AS MATERIALIZED (
        (
          SELECT
            run.id,
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
            run.is_error
          FROM task_run AS run
          WHERE
            run.task_id = task.id
            AND granted.roles >= CASE task.run_visibility
              WHEN 'owner_only' THEN 8
              WHEN 'editors_and_owners' THEN 4
              WHEN 'all_viewers' THEN 2
            END
            AND true
            AND (run.created, run.id) < (request.after_created, request.after_id)
          ORDER BY run.created DESC, run.id DESC
          LIMIT request.size
        )
        UNION ALL
        (
          SELECT
            run.id,
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
            run.is_error
          FROM task_run AS run
          WHERE
            run.task_id = task.id
            AND run.user_id BETWEEN request.user_id AND request.user_id
            AND (run.user_id, run.created, run.id) < (request.user_id, request.after_created, request.after_id)
            AND NOT (
              granted.roles >= CASE task.run_visibility
                WHEN 'owner_only' THEN 8
                WHEN 'editors_and_owners' THEN 4
                WHEN 'all_viewers' THEN 2
              END
              OR granted.roles & 1 <> 0
            )
          ORDER BY run.user_id DESC, run.created DESC, run.id DESC
          LIMIT request.size
        )
      )
    SELECT
      json_build_object(
        'id', json_agg(run.id),
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
        'responseBytes', json_agg(
          CASE
            WHEN true
            AND NOT false THEN CASE
              WHEN run.response_bytes > 4 THEN run.response_bytes
              ELSE octet_length(nullif(run.response, 'null')::text)
            END
          END
        ),
        'responsePreview', json_agg(
          CASE
            WHEN true
            AND NOT false THEN CASE
              WHEN run."previewedBytes" <= 134217728 THEN to_json(left(run.response #>> '{}', request.preview_length + 1))
              ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
            END
          END
        ),
        'submittedPreview', json_agg(
          CASE
            WHEN true
            AND NOT false THEN CASE
              WHEN run."previewedBytes" <= 134217728 THEN to_json(left(run.run_data #>> '{submitted}', request.preview_length + 1))
              ELSE to_json(coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0))
            END
          END
        ),
        'failureMessage', json_agg(
          CASE
            WHEN true
            AND run.is_error
            AND NOT false THEN CASE
              WHEN run."previewedBytes" <= 134217728 THEN to_json(left(failure_message (run.response), 1000))
              ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
            END
          END
        ),
        'failure', json_agg(
          CASE
            WHEN true
            AND run.is_error
            AND NOT false THEN CASE
              WHEN run."previewedBytes" <= 134217728 THEN to_json(left(failure_kind_v2 (failure_message (run.response)), 200))
              ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
            END
          END
        )
      ) AS runs,
      string_agg(coalesce(CASE WHEN true AND NOT false THEN run.response::text END, ''), E'\n') AS "response",
      string_agg(coalesce(CASE WHEN true AND NOT false THEN run.run_data::text END, ''), E'\n') AS "runData",
      string_agg(
        coalesce(CASE WHEN true AND NOT false THEN (run.run_data -> 'submitted')::text END, ''),
        E'\n'
      ) AS "submitted",
      (
        SELECT
          json_build_object(
            'id', json_agg(reporting_group.id),
            'projectId', json_agg(reporting_group.project_id),
            'name', json_agg(reporting_group.name),
            'description', json_agg(reporting_group.description),
            'created', json_agg(reporting_group.created AT TIME ZONE 'UTC'),
            'modified', json_agg(reporting_group.modified AT TIME ZONE 'UTC')
          )
        FROM reporting_group
        WHERE id = ANY (ARRAY(SELECT DISTINCT run."reportingGroupId" FROM read_run AS run WHERE true))
      ) AS "groups",
      (
        SELECT
          json_build_object(
            'taskRunId', json_agg(file.task_run_id),
            'position', json_agg(file.position),
            'name', json_agg(file.name),
            'contentType', json_agg(file.content_type),
            'sizeBytes', json_agg(file.size_bytes),
            'direction', json_agg(file.direction),
            'storageKey', json_agg(file.storage_key),
            'created', json_agg(file.created AT TIME ZONE 'UTC')
          )
        FROM
          (
            SELECT *
            FROM task_run_file
            WHERE task_run_id = ANY (ARRAY(SELECT DISTINCT run.id FROM read_run AS run WHERE true))
            ORDER BY task_run_id, position
          ) AS file
      ) AS "files"
    FROM
      (
        SELECT
          *,
          sum(
            coalesce(
              CASE
                WHEN true
                AND NOT false THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
              END,
              0
            ) + coalesce(
              CASE
                WHEN true
                AND NOT false THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)
              END,
              0
            ) + coalesce(
              CASE
                WHEN true
                AND run.is_error
                AND NOT false THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
              END,
              0
            ) + coalesce(
              CASE
                WHEN true
                AND run.is_error
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
                WHEN true
                OR true
                AND run.is_error THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint
                ELSE 0
              END + CASE
                WHEN true THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)::bigint
                ELSE 0
              END
            ),
            0
          )
        FROM read_run AS run
      ) <= (SELECT $10::bigint)
  ) AS page ON true
ORDER BY request.position
