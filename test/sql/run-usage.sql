-- One run for an analyst, who gets the usage of runs whose payload they do not see.
--
-- Statement `task_runs_by_path`, sent for an analyst of the project, who has executed runs:
--   { taskRun(orgId: "org", projectId: "project", taskId: "ownerTask", id: "run") { id totalTokens } }
-- $1 "org"
-- $2 "project"
-- $3 "ownerTask"
-- $4 "run"
-- $5 "analyst"
-- $6 "analyst"

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
    'tooLargeBytes', run."tooLargeBytes"
  ) AS runs
FROM
  (
    SELECT
      coalesce(granted.roles, 0) AS roles,
      task.run_visibility AS visibility,
      coalesce(run.user_id = request.user_id, false) AS executed,
      NULL::bigint AS "tooLargeBytes",
      run.id,
      run.created AT TIME ZONE 'UTC' AS created,
      run.total_tokens AS "totalTokens",
      coalesce(run.is_error, false) AS "isError",
      run.reporting_group_id AS "reportingGroupId"
    FROM
      (
        SELECT
          $1::uuid AS org_id,
          $2::uuid AS project_id,
          $3::uuid AS task_id,
          $4::uuid AS id,
          $5::text AS subject,
          $6::uuid AS user_id
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
            (
              granted.roles >= CASE task.run_visibility
                WHEN 'owner_only' THEN 8
                WHEN 'editors_and_owners' THEN 4
                WHEN 'all_viewers' THEN 2
              END
              OR granted.roles & 1 <> 0
            )
            OR request.user_id IS NOT NULL
          )
          AND (
            (
              granted.roles >= CASE task.run_visibility
                WHEN 'owner_only' THEN 8
                WHEN 'editors_and_owners' THEN 4
                WHEN 'all_viewers' THEN 2
              END
              OR granted.roles & 1 <> 0
            )
            OR run.user_id = request.user_id
          )
        OFFSET 0
      ) AS run ON true
  ) AS run
