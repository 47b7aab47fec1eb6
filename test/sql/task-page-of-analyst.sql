-- A page for an analyst: all runs, without the payload that they do not see.
--
-- Statement `task_run_pages_by_task`, sent for an analyst of the project, who has executed runs:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "ownerTask") { nodes { id totalTokens failureMessage model } } }
-- $1 ["org"]
-- $2 ["project"]
-- $3 ["ownerTask"]
-- $4 ["analyst"]
-- $5 ["analyst"]
-- $6 [51]
-- $7 4194304
-- $8 "[{\"column\":\"run_data\",\"path\":[\"model\"],\"noArrays\":[],\"isModel\":true}]"

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
    (SELECT $6::integer[])
  ) WITH ORDINALITY AS request (org_id, project_id, task_id, subject, user_id, size, position)
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
      page_row AS MATERIALIZED (
        (
          SELECT run.created, run.id
          FROM task_run AS run
          WHERE
            run.task_id = task.id
            AND (
              granted.roles >= CASE task.run_visibility
                WHEN 'owner_only' THEN 8
                WHEN 'editors_and_owners' THEN 4
                WHEN 'all_viewers' THEN 2
              END
              OR granted.roles & 1 <> 0
            )
            AND true
          ORDER BY run.created DESC, run.id DESC
          LIMIT request.size
        )
        UNION ALL
        (
          SELECT run.created, run.id
          FROM task_run AS run
          WHERE
            run.task_id = task.id
            AND run.user_id BETWEEN request.user_id AND request.user_id
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
      ),
      read_run AS MATERIALIZED (
        SELECT
          run.id,
          run.created AT TIME ZONE 'UTC' AS created,
          run.total_tokens AS "totalTokens",
          coalesce(run.is_error, false) AS "isError",
          run.reporting_group_id AS "reportingGroupId",
          run.response,
          run.response_bytes,
          run.run_data,
          run.run_data_bytes,
          run.is_error,
          run."isWithheld",
          run."storedResponse",
          run."storedRunData"
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
                WHEN (
                  granted.roles >= CASE task.run_visibility
                    WHEN 'owner_only' THEN 8
                    WHEN 'editors_and_owners' THEN 4
                    WHEN 'all_viewers' THEN 2
                  END
                  OR coalesce(task_run.user_id = request.user_id, false)
                ) THEN task_run.response
              END AS response,
              CASE
                WHEN (
                  granted.roles >= CASE task.run_visibility
                    WHEN 'owner_only' THEN 8
                    WHEN 'editors_and_owners' THEN 4
                    WHEN 'all_viewers' THEN 2
                  END
                  OR coalesce(task_run.user_id = request.user_id, false)
                ) THEN task_run.run_data
              END AS run_data,
              CASE
                WHEN (
                  granted.roles >= CASE task.run_visibility
                    WHEN 'owner_only' THEN 8
                    WHEN 'editors_and_owners' THEN 4
                    WHEN 'all_viewers' THEN 2
                  END
                  OR coalesce(task_run.user_id = request.user_id, false)
                ) THEN task_run.response_bytes
              END AS response_bytes,
              CASE
                WHEN (
                  granted.roles >= CASE task.run_visibility
                    WHEN 'owner_only' THEN 8
                    WHEN 'editors_and_owners' THEN 4
                    WHEN 'all_viewers' THEN 2
                  END
                  OR coalesce(task_run.user_id = request.user_id, false)
                ) THEN task_run.run_data_bytes
              END AS run_data_bytes,
              task_run.response AS "storedResponse",
              task_run.run_data AS "storedRunData",
              NOT (
                (
                  granted.roles >= CASE task.run_visibility
                    WHEN 'owner_only' THEN 8
                    WHEN 'editors_and_owners' THEN 4
                    WHEN 'all_viewers' THEN 2
                  END
                  OR coalesce(task_run.user_id = request.user_id, false)
                )
              ) AS "isWithheld"
            FROM task_run
            WHERE task_run.id = page_row.id
            OFFSET 0
          ) AS run
      )
    SELECT
      json_build_object(
        'id', json_agg(run.id),
        'created', json_agg(run.created),
        'totalTokens', json_agg(run."totalTokens"),
        'isError', json_agg(run."isError"),
        'reportingGroupId', json_agg(run."reportingGroupId"),
        'isWithheld', json_agg(run."isWithheld"),
        'failureMessage', json_agg(
          CASE
            WHEN NOT run."isWithheld"
            AND run.is_error
            AND NOT false THEN CASE
              WHEN run."previewedBytes" <= 134217728 THEN to_json(left(failure_message (run.response), 1000))
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
    FROM
      (
        SELECT
          *,
          sum(
            coalesce(
              CASE
                WHEN NOT run."isWithheld"
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
                WHEN NOT run."isWithheld"
                AND run.is_error
                OR jsonb_array_length(
                  jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))')
                ) > 0 THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint * greatest(
                  1,
                  jsonb_array_length(
                    jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))')
                  )
                )
                ELSE 0
              END + CASE
                WHEN jsonb_array_length(
                  jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))')
                ) > 0 THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)::bigint * greatest(
                  1,
                  jsonb_array_length(
                    jsonb_path_query_array((SELECT $8::jsonb), '$[*] ? (!exists(@.isModel))')
                  )
                )
                ELSE 0
              END
            ),
            0
          )
        FROM read_run AS run
      ) <= (SELECT $7::bigint)
  ) AS page ON true
ORDER BY request.position
