-- One run with its JSON, previews, a value inside the JSON, reporting group and files.
--
-- Statement `task_runs_by_path`, sent for an owner of the organization:
--   { taskRun(orgId: "org", projectId: "project", taskId: "ownerTask", id: "run") { response runData submitted responseBytes responsePreview submittedPreview(length: 20) failureMessage failure amount: response(path: "/amount") chargedCredits reportingGroup { name } files { name } } }
-- $1 "org"
-- $2 "project"
-- $3 "ownerTask"
-- $4 "run"
-- $5 "owner"
-- $6 null
-- $7 2047
-- $8 "[{\"column\":\"response\",\"path\":[\"amount\"],\"noArrays\":[]}]"
-- $9 200
-- $10 131072

SELECT
  json_build_object(
    'id', run.id,
    'taskRevisionId', run."taskRevisionId",
    'created', run.created,
    'inputTokens', run."inputTokens",
    'outputTokens', run."outputTokens",
    'totalTokens', run."totalTokens",
    'inputProcessorTiming', run."inputProcessorTiming",
    'llmCallTiming', run."llmCallTiming",
    'chargedCredits', run."chargedCredits",
    'isError', run."isError",
    'llmRetries', run."llmRetries",
    'usedFallbackModel', run."usedFallbackModel",
    'primaryFailureReason', run."primaryFailureReason",
    'fallbackLlmModelId', run."fallbackLlmModelId",
    'userId', run."userId",
    'reportingGroupId', run."reportingGroupId",
    'reference', run.reference,
    'contextId', run."contextId",
    'roles', run.roles,
    'visibility', run.visibility,
    'executed', run.executed,
    'tooLargeBytes', run."tooLargeBytes",
    'responseBytes', CASE
      WHEN run.field_groups & 64 <> 0
      AND NOT run."tooLargeBytes" IS NOT NULL THEN CASE
        WHEN run.response_bytes > 4 THEN run.response_bytes
        ELSE octet_length(nullif(run.response, 'null')::text)
      END
    END,
    'responsePreview', CASE
      WHEN run.field_groups & 128 <> 0
      AND NOT run."tooLargeBytes" IS NOT NULL THEN CASE
        WHEN run."previewedBytes" <= 134217728 THEN to_json(left(run.response #>> '{}', run.preview_length + 1))
        ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
      END
    END,
    'submittedPreview', CASE
      WHEN run.field_groups & 256 <> 0
      AND NOT run."tooLargeBytes" IS NOT NULL THEN CASE
        WHEN run."previewedBytes" <= 134217728 THEN to_json(left(run.run_data #>> '{submitted}', run.preview_length + 1))
        ELSE to_json(coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0))
      END
    END,
    'failureMessage', CASE
      WHEN run.field_groups & 512 <> 0
      AND run.is_error
      AND NOT run."tooLargeBytes" IS NOT NULL THEN CASE
        WHEN run."previewedBytes" <= 134217728 THEN to_json(left(failure_message (run.response), 1000))
        ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
      END
    END,
    'failure', CASE
      WHEN run.field_groups & 1024 <> 0
      AND run.is_error
      AND NOT run."tooLargeBytes" IS NOT NULL THEN CASE
        WHEN run."previewedBytes" <= 134217728 THEN to_json(left(failure_kind_v2 (failure_message (run.response)), 200))
        ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
      END
    END,
    'pointerValues', (
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
                          (source.json #> ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path'))) #>> '{}'
                        ) <= 200 THEN (
                          source.json #> ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path'))
                        ) #>> '{}'
                      END
                    )::text
                    ELSE (source.json #> ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path')))::text
                  END
                END AS text
              FROM
                jsonb_array_elements(
                  CASE WHEN NOT run."tooLargeBytes" IS NOT NULL THEN run.pointers END
                ) WITH ORDINALITY AS selected_pointer (pointer, number)
                CROSS JOIN LATERAL (
                  SELECT
                    CASE pointer ->> 'column' WHEN 'response' THEN run.response ELSE run.run_data END AS json
                ) AS source
            ) AS found
        ) AS limited
    )
  ) AS runs,
  CASE
    WHEN run.field_groups & 1 <> 0
    AND NOT run."tooLargeBytes" IS NOT NULL THEN run.response::text
  END AS "response",
  CASE
    WHEN run.field_groups & 2 <> 0
    AND NOT run."tooLargeBytes" IS NOT NULL THEN run.run_data::text
  END AS "runData",
  CASE
    WHEN run.field_groups & 4 <> 0
    AND NOT run."tooLargeBytes" IS NOT NULL THEN (run.run_data -> 'submitted')::text
  END AS "submitted",
  (
    SELECT
      json_agg(
        json_build_object(
          'id', reporting_group.id,
          'projectId', reporting_group.project_id,
          'name', reporting_group.name,
          'description', reporting_group.description,
          'created', reporting_group.created AT TIME ZONE 'UTC',
          'modified', reporting_group.modified AT TIME ZONE 'UTC'
        )
      )
    FROM reporting_group
    WHERE id = run."reportingGroupId" AND true
  ) AS "groups",
  (
    SELECT
      json_agg(
        json_build_object(
          'taskRunId', file.task_run_id,
          'position', file.position,
          'name', file.name,
          'contentType', file.content_type,
          'sizeBytes', file.size_bytes,
          'direction', file.direction,
          'storageKey', file.storage_key,
          'created', file.created AT TIME ZONE 'UTC'
        )
      )
    FROM
      (SELECT * FROM task_run_file WHERE task_run_id = run.id AND true ORDER BY task_run_id, position) AS file
  ) AS "files"
FROM
  (
    SELECT
      *,
      sum(
        coalesce(
          CASE
            WHEN run.field_groups & 128 <> 0
            AND NOT run."tooLargeBytes" IS NOT NULL THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
          END,
          0
        ) + coalesce(
          CASE
            WHEN run.field_groups & 256 <> 0
            AND NOT run."tooLargeBytes" IS NOT NULL THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)
          END,
          0
        ) + coalesce(
          CASE
            WHEN run.field_groups & 512 <> 0
            AND run.is_error
            AND NOT run."tooLargeBytes" IS NOT NULL THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
          END,
          0
        ) + coalesce(
          CASE
            WHEN run.field_groups & 1024 <> 0
            AND run.is_error
            AND NOT run."tooLargeBytes" IS NOT NULL THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
          END,
          0
        )
      ) OVER (ROWS UNBOUNDED PRECEDING) AS "previewedBytes"
    FROM
      (
        SELECT
          request.field_groups,
          request.pointers,
          request.preview_length,
          coalesce(granted.roles, 0) AS roles,
          task.run_visibility AS visibility,
          coalesce(run.user_id = request.user_id, false) AS executed,
          CASE WHEN run.json_bytes > $10::bigint THEN run.json_bytes END AS "tooLargeBytes",
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
        FROM
          (
            SELECT
              $1::uuid AS org_id,
              $2::uuid AS project_id,
              $3::uuid AS task_id,
              $4::uuid AS id,
              $5::text AS subject,
              $6::uuid AS user_id,
              $7::integer AS field_groups,
              $8::jsonb AS pointers,
              $9::integer AS preview_length
          ) AS request
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
            SELECT
              run.*,
              CASE
                WHEN request.field_groups & 193 <> 0
                OR request.field_groups & 1536 <> 0
                AND run.is_error
                OR request.pointers IS NOT NULL THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint * greatest(1, jsonb_array_length(request.pointers))
                ELSE 0
              END + CASE
                WHEN request.field_groups & 262 <> 0
                OR request.pointers IS NOT NULL THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)::bigint * greatest(1, jsonb_array_length(request.pointers))
                ELSE 0
              END AS json_bytes
            FROM task_run AS run
            WHERE
              run.id = request.id
              AND run.task_id = task.id
              AND granted.roles IS NOT NULL
              AND (
                granted.roles >= CASE task.run_visibility
                  WHEN 'owner_only' THEN 8
                  WHEN 'editors_and_owners' THEN 4
                  WHEN 'all_viewers' THEN 2
                END
                OR request.user_id IS NOT NULL
              )
              AND (
                granted.roles >= CASE task.run_visibility
                  WHEN 'owner_only' THEN 8
                  WHEN 'editors_and_owners' THEN 4
                  WHEN 'all_viewers' THEN 2
                END
                OR run.user_id = request.user_id
              )
            OFFSET 0
          ) AS run ON true
      ) AS run
  ) AS run
