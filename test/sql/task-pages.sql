-- Pages of several tasks in one statement.
--
-- Statement `task_run_pages_by_task`, sent for an owner of the organization:
--   { one: taskRuns(orgId: "org", projectId: "project", taskId: "ownerTask", first: 2) { nodes { id } } other: taskRuns(orgId: "org", projectId: "project", taskId: "editorTask", first: 3) { nodes { id } } }
-- $1 ["org","org"]
-- $2 ["project","project"]
-- $3 ["ownerTask","editorTask"]
-- $4 ["owner","owner"]
-- $5 [null,null]
-- $6 [3,4]

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
            run.reporting_group_id AS "reportingGroupId"
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
            run.reporting_group_id AS "reportingGroupId"
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
        'id', json_agg(run.id),
        'created', json_agg(run.created),
        'totalTokens', json_agg(run."totalTokens"),
        'isError', json_agg(run."isError"),
        'reportingGroupId', json_agg(run."reportingGroupId")
      ) AS runs
    FROM read_run AS run
  ) AS page ON true
ORDER BY request.position
