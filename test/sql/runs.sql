-- Several runs by their paths, in one statement for all waiting requests.
--
-- Statement `task_runs_by_path`, sent for an owner of the organization:
--   { one: taskRun(orgId: "org", projectId: "project", taskId: "ownerTask", id: "run") { id } other: taskRun(orgId: "org", projectId: "project", taskId: "viewerTask", id: "viewerRun") { id chargedCredits } }
-- $1 ["org","org"]
-- $2 ["project","project"]
-- $3 ["ownerTask","viewerTask"]
-- $4 ["run","viewerRun"]
-- $5 ["owner","owner"]
-- $6 [null,null]

WITH
  read_run AS MATERIALIZED (
    SELECT
      request.position,
      coalesce(granted.roles, 0) AS roles,
      task.run_visibility AS visibility,
      coalesce(run.user_id = request.user_id, false) AS executed,
      NULL::bigint AS "tooLargeBytes",
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
      run.context_id AS "contextId"
    FROM
      unnest(
        (SELECT $1::uuid[]),
        (SELECT $2::uuid[]),
        (SELECT $3::uuid[]),
        (SELECT $4::uuid[]),
        (SELECT $5::text[]),
        (SELECT $6::uuid[])
      ) WITH ORDINALITY AS request (org_id, project_id, task_id, id, subject, user_id, position)
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
        SELECT run.*
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
    'tooLargeBytes', json_agg(run."tooLargeBytes")
  ) AS runs
FROM read_run AS run
GROUP BY (run.position - 1) / 32
