-- A page whose JSON is too large for one string: a row for each run, without the fields beyond a byte limit.
--
-- Statement `task_run_pages_by_task`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "largeTask") { nodes { response runData part: response(path: "/text") } } }
-- $1 ["org"]
-- $2 ["project"]
-- $3 ["largeTask"]
-- $4 ["owner"]
-- $5 [null]
-- $6 [51]
-- $7 4194304
-- $8 "[{\"column\":\"response\",\"path\":[\"text\"],\"noArrays\":[]}]"

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
      read_run AS MATERIALIZED (
        (
          SELECT
            run.id,
            run.created AT TIME ZONE 'UTC' AS created,
            run.total_tokens AS "totalTokens",
            coalesce(run.is_error, false) AS "isError",
            run.reporting_group_id AS "reportingGroupId",
            run.response,
            run.response_bytes,
            run.run_data,
            run.run_data_bytes
          FROM task_run AS run
          WHERE
            run.task_id = task.id
            AND granted.roles >= CASE task.run_visibility
              WHEN 'owner_only' THEN 8
              WHEN 'editors_and_owners' THEN 4
              WHEN 'all_viewers' THEN 2
            END
            AND true
          ORDER BY run.created DESC, run.id DESC
          LIMIT request.size
        )
        UNION ALL
        (
          SELECT
            run.id,
            run.created AT TIME ZONE 'UTC' AS created,
            run.total_tokens AS "totalTokens",
            coalesce(run.is_error, false) AS "isError",
            run.reporting_group_id AS "reportingGroupId",
            run.response,
            run.response_bytes,
            run.run_data,
            run.run_data_bytes
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
      )
    SELECT
      json_build_object(
        'id', run.id,
        'created', run.created,
        'totalTokens', run."totalTokens",
        'isError', run."isError",
        'reportingGroupId', run."reportingGroupId",
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
                      CASE WHEN NOT false THEN (SELECT $8::jsonb) END
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
      ) AS runs,
      CASE
        WHEN true
        AND NOT false THEN CASE
          WHEN run.before + coalesce(run.response_bytes, octet_length(run.response::text), 0) <= run."byteLimit" THEN run.response::text
          ELSE '!' || coalesce(run.response_bytes, octet_length(run.response::text), 0)
        END
      END AS "response",
      CASE
        WHEN true
        AND NOT false THEN CASE
          WHEN run.before + CASE
            WHEN coalesce(run.response_bytes, octet_length(run.response::text), 0) <= (
              SELECT $7::bigint
            ) THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
            ELSE 0
          END + coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0) <= run."byteLimit" THEN run.run_data::text
          ELSE '!' || coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)
        END
      END AS "runData"
    FROM
      (
        SELECT
          *,
          (SELECT $7::bigint) AS "byteLimit",
          coalesce(
            sum(
              CASE
                WHEN coalesce(run.response_bytes, octet_length(run.response::text), 0) <= (
                  SELECT $7::bigint
                ) THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)
                ELSE 0
              END + CASE
                WHEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0) <= (
                  SELECT $7::bigint
                ) THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)
                ELSE 0
              END
            ) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            0
          ) AS before
        FROM read_run AS run
      ) AS run
  ) AS page ON true
ORDER BY request.position
