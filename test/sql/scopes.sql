-- The tasks of a project, with the roles that determine which of their runs the caller gets.
--
-- Statement `task_run_scopes`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project") { nodes { id } } }
-- $1 ["org"]
-- $2 ["project"]
-- $3 [null]
-- $4 ["owner"]

SELECT
  json_agg(
    json_build_object(
      'taskId', task.id,
      'visibility', task.run_visibility,
      'isProject', project.id IS NOT NULL,
      'roles', coalesce(granted.roles, 0)
    )
  ) AS tasks
FROM
  unnest(
    (SELECT $1::uuid[]),
    (SELECT $2::uuid[]),
    (SELECT $3::uuid[]),
    (SELECT $4::text[])
  ) WITH ORDINALITY AS request (org_id, project_id, task_id, subject, position)
  LEFT JOIN organization ON organization.id = request.org_id
  LEFT JOIN project ON project.id = request.project_id AND project.org_id = organization.id
  LEFT JOIN task ON task.project_id = project.id AND (request.task_id IS NULL OR task.id = request.task_id)
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
GROUP BY request.position, request.subject
ORDER BY request.position
