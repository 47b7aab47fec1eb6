-- Several runs with JSON, previews, values inside the JSON, reporting groups and files, each only if it is selected.
--
-- Statement `task_runs_by_path`, sent for an owner of the organization:
--   { one: taskRun(orgId: "org", projectId: "project", taskId: "ownerTask", id: "run") { response runData submitted responseBytes responsePreview submittedPreview(length: 20) failureMessage failure amount: response(path: "/amount") chargedCredits reportingGroup { name } files { name } } other: taskRun(orgId: "org", projectId: "project", taskId: "viewerTask", id: "viewerRun") { response model } }
-- $1 ["org","org"]
-- $2 ["project","project"]
-- $3 ["ownerTask","viewerTask"]
-- $4 ["run","viewerRun"]
-- $5 ["owner","owner"]
-- $6 [null,null]
-- $7 [2047,1]
-- $8 ["[{\"column\":\"response\",\"path\":[\"amount\"],\"noArrays\":[]}]","[{\"column\":\"run_data\",\"path\":[\"model\"],\"noArrays\":[],\"isModel\":true}]"]
-- $9 [200,0]
-- $10 131072

WITH
  read_run AS MATERIALIZED (
    SELECT
      request.position,
      request.field_groups,
      request.pointers,
      request.preview_length,
      coalesce(granted.roles, 0) AS roles,
      task.run_visibility AS visibility,
      coalesce(run.user_id = request.user_id, false) AS executed,
      CASE WHEN run.json_bytes > (SELECT $10::bigint) THEN run.json_bytes END AS "tooLargeBytes",
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
      unnest(
        (SELECT $1::uuid[]),
        (SELECT $2::uuid[]),
        (SELECT $3::uuid[]),
        (SELECT $4::uuid[]),
        (SELECT $5::text[]),
        (SELECT $6::uuid[]),
        (SELECT $7::integer[]),
        (SELECT $8::jsonb[]),
        (SELECT $9::integer[])
      ) WITH ORDINALITY AS request (org_id, project_id, task_id, id, subject, user_id, field_groups, pointers, preview_length, position)
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
            OR jsonb_array_length(jsonb_path_query_array(request.pointers, '$[*] ? (!exists(@.isModel))')) > 0 THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint * greatest(1, jsonb_array_length(jsonb_path_query_array(request.pointers, '$[*] ? (!exists(@.isModel))')))
            ELSE 0
          END + CASE
            WHEN request.field_groups & 262 <> 0
            OR jsonb_array_length(jsonb_path_query_array(request.pointers, '$[*] ? (!exists(@.isModel))')) > 0 THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)::bigint * greatest(1, jsonb_array_length(jsonb_path_query_array(request.pointers, '$[*] ? (!exists(@.isModel))')))
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
    'position', json_agg(run.position),
    'roles', json_agg(run.roles),
    'visibility', json_agg(run.visibility),
    'executed', json_agg(run.executed),
    'tooLargeBytes', json_agg(run."tooLargeBytes"),
    'responseBytes', json_agg(
      CASE
        WHEN run.field_groups & 64 <> 0
        AND NOT run."tooLargeBytes" IS NOT NULL THEN CASE
          WHEN run.response_bytes > 4 THEN run.response_bytes
          ELSE octet_length(nullif(run.response, 'null')::text)
        END
      END
    ),
    'responsePreview', json_agg(
      CASE
        WHEN run.field_groups & 128 <> 0
        AND NOT run."tooLargeBytes" IS NOT NULL THEN CASE
          WHEN run."previewedBytes" <= 134217728 THEN to_json(left(run.response #>> '{}', run.preview_length + 1))
          ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
        END
      END
    ),
    'submittedPreview', json_agg(
      CASE
        WHEN run.field_groups & 256 <> 0
        AND NOT run."tooLargeBytes" IS NOT NULL THEN CASE
          WHEN run."previewedBytes" <= 134217728 THEN to_json(left(run.run_data #>> '{submitted}', run.preview_length + 1))
          ELSE to_json(coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0))
        END
      END
    ),
    'failureMessage', json_agg(
      CASE
        WHEN run.field_groups & 512 <> 0
        AND run.is_error
        AND NOT run."tooLargeBytes" IS NOT NULL THEN CASE
          WHEN run."previewedBytes" <= 134217728 THEN to_json(left(failure_message (run.response), 1000))
          ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
        END
      END
    ),
    'failure', json_agg(
      CASE
        WHEN run.field_groups & 1024 <> 0
        AND run.is_error
        AND NOT run."tooLargeBytes" IS NOT NULL THEN CASE
          WHEN run."previewedBytes" <= 134217728 THEN to_json(left(failure_kind_v2 (failure_message (run.response)), 200))
          ELSE to_json(coalesce(run.response_bytes, octet_length(run.response::text), 0))
        END
      END
    ),
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
                      ELSE (source.json #> ARRAY(SELECT jsonb_array_elements_text(pointer -> 'path')))::text
                    END
                  END AS text
                FROM
                  jsonb_array_elements(
                    CASE WHEN NOT run."tooLargeBytes" IS NOT NULL THEN run.pointers END
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
  string_agg(
    coalesce(
      CASE WHEN run.field_groups & 1 <> 0 AND NOT run."tooLargeBytes" IS NOT NULL THEN run.response::text END,
      ''
    ),
    E'\n'
  ) AS "response",
  string_agg(
    coalesce(
      CASE WHEN run.field_groups & 2 <> 0 AND NOT run."tooLargeBytes" IS NOT NULL THEN run.run_data::text END,
      ''
    ),
    E'\n'
  ) AS "runData",
  string_agg(
    coalesce(
      CASE
        WHEN run.field_groups & 4 <> 0
        AND NOT run."tooLargeBytes" IS NOT NULL THEN (run.run_data -> 'submitted')::text
      END,
      ''
    ),
    E'\n'
  ) AS "submitted",
  CASE
    WHEN min(run.position) = 1 THEN (
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
      WHERE
        id = ANY (
          ARRAY(SELECT DISTINCT run."reportingGroupId" FROM read_run AS run WHERE run.field_groups & 8 <> 0)
        )
    )
  END AS "groups",
  CASE
    WHEN min(run.position) = 1 THEN (
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
          WHERE
            task_run_id = ANY (
              ARRAY(SELECT DISTINCT run.id FROM read_run AS run WHERE run.field_groups & 16 <> 0)
            )
          ORDER BY task_run_id, position
        ) AS file
    )
  END AS "files"
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
    FROM read_run AS run
  ) AS run
GROUP BY (run.position - 1) / 32
