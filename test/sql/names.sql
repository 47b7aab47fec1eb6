-- The names of organizations, projects and tasks that the caller sees.
--
-- Statement `resource_names`, sent for an owner of the organization:
--   { taskRun(orgId: "org", projectId: "project", taskId: "ownerTask", id: "run") { task { name project { organization { name } } } } }
-- $1 "owner"
-- $2 null
-- $3 null
-- $4 null
-- $5 []
-- $6 []
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
  'organization' AS type,
  requested.id,
  organization.name,
  NULL::uuid AS "orgId",
  NULL::uuid AS "projectId"
FROM
  unnest((SELECT $5::uuid[])) AS requested (id)
  LEFT JOIN organization ON organization.id = requested.id AND (
    (SELECT $2::uuid[]) IS NULL
    OR organization.id = ANY ((SELECT $2::uuid[])::uuid[])
  )
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
  AND (
    organization.id IN (SELECT granted.id FROM granted WHERE granted.type = 'organization')
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
        AND (
          project.org_id IN (SELECT granted.id FROM granted WHERE granted.type = 'organization')
          OR project.id IN (SELECT granted.id FROM granted WHERE granted.type = 'project')
          OR project.id IN (SELECT granted_task.project_id FROM granted_task)
        )
    )
  )
UNION ALL
SELECT 'project', requested.id, project.name, project.org_id, NULL
FROM
  unnest((SELECT $6::uuid[])) AS requested (id)
  LEFT JOIN project ON project.id = requested.id AND (
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
  AND (
    project.org_id IN (SELECT granted.id FROM granted WHERE granted.type = 'organization')
    OR project.id IN (SELECT granted.id FROM granted WHERE granted.type = 'project')
    OR project.id IN (SELECT granted_task.project_id FROM granted_task)
  )
UNION ALL
SELECT 'task', requested.id, task.name, task.org_id, task.project_id
FROM
  unnest((SELECT $7::uuid[])) AS requested (id)
  LEFT JOIN LATERAL (
    SELECT task.name, task.project_id, project.org_id
    FROM task JOIN project ON project.id = task.project_id
    WHERE
      task.id = requested.id
      AND ((SELECT $2::uuid[]) IS NULL OR project.org_id = ANY ((SELECT $2::uuid[])::uuid[]))
      AND ((SELECT $3::uuid[]) IS NULL OR project.id = ANY ((SELECT $3::uuid[])::uuid[]))
      AND ((SELECT $4::uuid[]) IS NULL OR task.id = ANY ((SELECT $4::uuid[])::uuid[]))
      AND (
        project.org_id IN (SELECT granted.id FROM granted WHERE granted.type = 'organization')
        OR project.id IN (SELECT granted.id FROM granted WHERE granted.type = 'project')
        OR task.id IN (SELECT granted_task.id FROM granted_task)
      )
  ) AS task ON true
