-- A page with values inside the JSON of its runs, backward from a cursor.
--
-- Statement `task_run_pages_by_task`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "ownerTask", last: 2, before: "cursorInTask") { nodes { response(path: "/category") responsePreview model } } }
-- $1 ["org"]
-- $2 ["project"]
-- $3 ["ownerTask"]
-- $4 ["owner"]
-- $5 [null]
-- $6 [3]
-- $7 ["2024-01-16T13:33:25.247662Z"]
-- $8 ["(id)"]
-- $9 [200]
-- $10 4194304
-- $11 "[{\"column\":\"response\",\"path\":[\"category\"],\"noArrays\":[]},{\"column\":\"run_data\",\"path\":[\"model\"],\"noArrays\":[],\"isModel\":true}]"

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
  ) WITH ORDINALITY AS request (org_id, project_id, task_id, subject, user_id, size, before_created, before_id, preview_length, position)
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
            AND (run.created, run.id) > (request.before_created, request.before_id)
          ORDER BY run.created ASC, run.id ASC
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
            AND (run.user_id, run.created, run.id) > (request.user_id, request.before_created, request.before_id)
            AND NOT (
              granted.roles >= CASE task.run_visibility
                WHEN 'owner_only' THEN 8
                WHEN 'editors_and_owners' THEN 4
                WHEN 'all_viewers' THEN 2
              END
              OR granted.roles & 1 <> 0
            )
          ORDER BY run.user_id ASC, run.created ASC, run.id ASC
          LIMIT request.size
        )
      )
    SELECT
      json_build_object(
        'id', json_agg(run.id),
        'created', json_agg(run.created),
        'totalTokens', json_agg(run."totalTokens"),
        'isError', json_agg(run."isError"),
        'reportingGroupId', json_agg(run."reportingGroupId"),
        'responsePreview', json_agg(
          CASE
            WHEN true
            AND NOT false THEN CASE
              WHEN run."previewedBytes" <= 134217728 THEN to_json(left(run.response #>> '{}', request.preview_length + 1))
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
                        CASE WHEN NOT false THEN (SELECT $11::jsonb) END
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
      ) AS runs
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
                OR jsonb_array_length(
                  jsonb_path_query_array((SELECT $11::jsonb), '$[*] ? (!exists(@.isModel))')
                ) > 0 THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint * greatest(
                  1,
                  jsonb_array_length(
                    jsonb_path_query_array((SELECT $11::jsonb), '$[*] ? (!exists(@.isModel))')
                  )
                )
                ELSE 0
              END + CASE
                WHEN jsonb_array_length(
                  jsonb_path_query_array((SELECT $11::jsonb), '$[*] ? (!exists(@.isModel))')
                ) > 0 THEN coalesce(run.run_data_bytes, octet_length(run.run_data::text), 0)::bigint * greatest(
                  1,
                  jsonb_array_length(
                    jsonb_path_query_array((SELECT $11::jsonb), '$[*] ? (!exists(@.isModel))')
                  )
                )
                ELSE 0
              END
            ),
            0
          )
        FROM read_run AS run
      ) <= (SELECT $10::bigint)
  ) AS page ON true
ORDER BY request.position
