-- One run whose JSON was too large for a statement that reads several runs: each field, up to a byte limit.
--
-- Statement `task_runs_by_path`, sent for an owner of the organization:
--   { taskRun(orgId: "org", projectId: "project", taskId: "largeTask", id: "largeRun") { response runData part: response(path: "/text") model } }
-- $1 "org"
-- $2 "project"
-- $3 "largeTask"
-- $4 "largeRun"
-- $5 "owner"
-- $6 null
-- $7 3
-- $8 "[{\"column\":\"response\",\"path\":[\"text\"],\"noArrays\":[]},{\"column\":\"run_data\",\"path\":[\"model\"],\"noArrays\":[],\"isModel\":true}]"
-- $9 4194304

SELECT
  json_build_object(
    'id', run.id,
    'created', run.created,
    'totalTokens', run."totalTokens",
    'isError', run."isError",
    'reportingGroupId', run."reportingGroupId",
    'roles', run.roles,
    'visibility', run.visibility,
    'executed', run.executed,
    'tooLargeBytes', run."tooLargeBytes",
    'responseBytes', CASE
      WHEN run.field_groups & 64 <> 0
      AND NOT false THEN CASE
        WHEN run.response_bytes > 4 THEN run.response_bytes
        ELSE octet_length(nullif(run.response, 'null')::text)
      END
    END,
    'pointerValues', (
      SELECT array_agg(value ORDER BY number)
      FROM
        (
          SELECT
            number,
            CASE
              WHEN sum(octet_length(text)) OVER (ORDER BY number) <= run."byteLimit" THEN text
              ELSE '!' || octet_length(text)
            END AS value
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
                  CASE WHEN NOT false THEN run.pointers END
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
    AND NOT false THEN CASE
      WHEN run.before + coalesce(run.response_bytes, octet_length(run.response::text), 0) <= run."byteLimit" THEN run.response::text
      ELSE '!' || coalesce(run.response_bytes, octet_length(run.response::text), 0)
    END
  END AS "response",
  CASE
    WHEN run.field_groups & 2 <> 0
    AND NOT false THEN CASE
      WHEN run.before + CASE
        WHEN coalesce(run.response_bytes, octet_length(run.response::text), 0) <= $9::bigint THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
        ELSE 0
      END + coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0) <= run."byteLimit" THEN run.run_data::text
      ELSE '!' || coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)
    END
  END AS "runData",
  CASE
    WHEN run.field_groups & 4 <> 0
    AND NOT false THEN CASE
      WHEN run.before + CASE
        WHEN coalesce(run.response_bytes, octet_length(run.response::text), 0) <= $9::bigint THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
        ELSE 0
      END + coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0) <= run."byteLimit" THEN (run.run_data -> 'submitted')::text
      ELSE '!' || coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)
    END
  END AS "submitted"
FROM
  (
    SELECT
      *,
      $9::bigint AS "byteLimit",
      coalesce(
        sum(
          CASE
            WHEN coalesce(run.response_bytes, octet_length(run.response::text), 0) <= $9::bigint THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
            ELSE 0
          END + CASE
            WHEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0) <= $9::bigint THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)
            ELSE 0
          END
        ) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        0
      ) AS before
    FROM
      (
        SELECT
          request.field_groups,
          request.pointers,
          coalesce(granted.roles, 0) AS roles,
          task.run_visibility AS visibility,
          coalesce(run.user_id = request.user_id, false) AS executed,
          NULL::bigint AS "tooLargeBytes",
          run.id,
          run.created AT TIME ZONE 'UTC' AS created,
          run.total_tokens AS "totalTokens",
          coalesce(run.is_error, false) AS "isError",
          run.reporting_group_id AS "reportingGroupId",
          run.response,
          run.response_bytes,
          run.run_data,
          run.run_data_bytes
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
              $8::jsonb AS pointers
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
      ) AS run
  ) AS run
