-- The organizations and projects that the caller sees.
--
-- Statement `seen_organizations`, sent for an owner of the organization:
--   { viewer { organizations { organization { id } } } }
-- $1 "owner"
-- $2 null
-- $3 null
-- $4 null

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
  ),
  candidate AS (
    SELECT id
    FROM granted
    WHERE type = 'project'
    UNION
    SELECT project_id
    FROM granted_task
    UNION
    SELECT project.id
    FROM granted JOIN project ON project.org_id = granted.id
    WHERE granted.type = 'organization'
  ),
  seen_project AS MATERIALIZED (
    SELECT
      project.id,
      project.org_id,
      project.name,
      coalesce(on_organization.roles, 0) | coalesce(on_project.roles, 0) AS roles
    FROM
      candidate
      JOIN project USING (id)
      LEFT JOIN granted AS on_organization ON on_organization.type = 'organization' AND on_organization.id = project.org_id
      LEFT JOIN granted AS on_project ON on_project.type = 'project' AND on_project.id = project.id
    WHERE
      ((SELECT $2::uuid[]) IS NULL OR project.org_id = ANY ((SELECT $2::uuid[])::uuid[]))
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
    ORDER BY project.id
    LIMIT 10000
  )
SELECT
  organization.id,
  organization.name,
  coalesce(on_organization.roles, 0) AS roles,
  coalesce(of_organization.projects, '[]') AS projects
FROM
  organization
  LEFT JOIN granted AS on_organization ON on_organization.type = 'organization' AND on_organization.id = organization.id
  LEFT JOIN (
    SELECT org_id, json_agg(json_build_object('id', id, 'name', name, 'roles', roles) ORDER BY id) AS projects
    FROM seen_project
    GROUP BY org_id
  ) AS of_organization ON of_organization.org_id = organization.id
WHERE
  organization.id IN (
    SELECT org_id
    FROM seen_project
    UNION
    SELECT id
    FROM granted
    WHERE type = 'organization'
  )
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
ORDER BY organization.id
LIMIT 10000
