-- The roles that the caller holds along a path.
--
-- Statement `held_roles`, sent for an owner of the organization:
--   { viewer { can(permission: "task_run:read", orgId: "org", projectId: "project", taskId: "ownerTask") } }
-- $1 "owner"
-- $2 null
-- $3 null
-- $4 null
-- $5 ["org"]
-- $6 ["project"]
-- $7 ["ownerTask"]

WITH
  granted AS MATERIALIZED (
    SELECT
      type,
      id,
      bit_or(
        CASE role WHEN 'viewer' THEN 2 WHEN 'editor' THEN 4 WHEN 'owner' THEN 8 WHEN 'analyst' THEN 1 END
      ) AS roles
    FROM
      (
        SELECT direct.resource_type AS type, direct.resource_id AS id, direct.role
        FROM access_grant AS direct
        WHERE
          direct.subject_type = 'user'
          AND direct.subject_id = (SELECT $1::text)
          AND direct.subject_id <> ''
        UNION ALL
        SELECT shared.resource_type AS type, shared.resource_id AS id, shared.role
        FROM
          access_grant AS shared
          JOIN access_grant AS membership ON membership.resource_type = shared.subject_type AND shared.subject_id = membership.resource_id::text
        WHERE
          membership.subject_type = 'user'
          AND membership.subject_id = (SELECT $1::text)
          AND membership.subject_id <> ''
          AND membership.role <> 'analyst'
          AND shared.subject_type <> 'user'
          AND shared.subject_id <> ''
      ) AS held
    GROUP BY type, id
  ),
  granted_task AS MATERIALIZED (
    SELECT task.id, task.project_id, task.name, task.run_visibility, granted.roles
    FROM granted JOIN task ON task.id = granted.id
    WHERE
      granted.type = 'task'
      AND ((SELECT $4::uuid[]) IS NULL OR task.id = ANY ((SELECT $4::uuid[])::uuid[]))
  )
SELECT
  (request.project_id IS NULL OR project.id IS NOT NULL)
  AND (request.task_id IS NULL OR task.id IS NOT NULL)
  AND CASE
    WHEN task.id IS NOT NULL THEN (
      (SELECT $2::uuid[]) IS NULL
      OR project.org_id = ANY ((SELECT $2::uuid[])::uuid[])
    )
    AND ((SELECT $3::uuid[]) IS NULL OR project.id = ANY ((SELECT $3::uuid[])::uuid[]))
    AND ((SELECT $4::uuid[]) IS NULL OR task.id = ANY ((SELECT $4::uuid[])::uuid[]))
    WHEN project.id IS NOT NULL THEN (
      (SELECT $2::uuid[]) IS NULL
      OR project.org_id = ANY ((SELECT $2::uuid[])::uuid[])
    )
    AND ((SELECT $3::uuid[]) IS NULL OR project.id = ANY ((SELECT $3::uuid[])::uuid[]))
    AND (
      (SELECT $4::uuid[]) IS NULL
      OR project.id IN (
        SELECT confined.project_id
        FROM task AS confined
        WHERE confined.id = ANY ((SELECT $4::uuid[])::uuid[])
      )
    )
    ELSE organization.id IS NOT NULL
    AND ((SELECT $2::uuid[]) IS NULL OR organization.id = ANY ((SELECT $2::uuid[])::uuid[]))
    AND (
      (SELECT $3::uuid[]) IS NULL
      AND (SELECT $4::uuid[]) IS NULL
      OR EXISTS (
        SELECT
        FROM project
        WHERE
          project.org_id = organization.id
          AND ((SELECT $2::uuid[]) IS NULL OR project.org_id = ANY ((SELECT $2::uuid[])::uuid[]))
          AND ((SELECT $3::uuid[]) IS NULL OR project.id = ANY ((SELECT $3::uuid[])::uuid[]))
          AND (
            (SELECT $4::uuid[]) IS NULL
            OR project.id IN (
              SELECT confined.project_id
              FROM task AS confined
              WHERE confined.id = ANY ((SELECT $4::uuid[])::uuid[])
            )
          )
      )
    )
  END AS "isInScope",
  coalesce(on_organization.roles, 0) AS organization,
  CASE
    WHEN project.id IS NULL THEN 0
    ELSE coalesce(on_organization.roles, 0) | coalesce(on_project.roles, 0)
  END AS project,
  CASE
    WHEN project.id IS NULL THEN 0
    ELSE coalesce(on_organization.roles, 0) | coalesce(on_project.roles, 0) | coalesce(
      (SELECT bit_or(granted_task.roles) FROM granted_task WHERE granted_task.project_id = project.id),
      0
    )
  END AS "withinProject",
  CASE
    WHEN task.id IS NULL THEN 0
    ELSE coalesce(on_organization.roles, 0) | coalesce(on_project.roles, 0) | coalesce(on_task.roles, 0)
  END AS task,
  task.run_visibility AS visibility
FROM
  unnest(
    (SELECT $5::uuid[]),
    (SELECT $6::uuid[]),
    (SELECT $7::uuid[])
  ) WITH ORDINALITY AS request (org_id, project_id, task_id, position)
  LEFT JOIN organization ON organization.id = request.org_id
  LEFT JOIN project ON project.id = request.project_id AND project.org_id = organization.id
  LEFT JOIN task ON task.id = request.task_id AND task.project_id = project.id
  LEFT JOIN granted AS on_organization ON on_organization.type = 'organization' AND on_organization.id = organization.id
  LEFT JOIN granted AS on_project ON on_project.type = 'project' AND on_project.id = project.id
  LEFT JOIN granted AS on_task ON on_task.type = 'task' AND on_task.id = task.id
ORDER BY request.position
