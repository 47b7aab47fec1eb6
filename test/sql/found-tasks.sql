-- The tasks that the caller sees, found by words in their names.
--
-- Statement `found_tasks`, sent for an owner of the organization:
--   { viewer { tasks(name: "tri") { task { id } } } }
-- $1 "owner"
-- $2 null
-- $3 null
-- $4 null
-- $5 ["tri"]
-- $6 50

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
    FROM granted_task
    UNION
    SELECT task.id
    FROM granted JOIN task ON task.project_id = granted.id
    WHERE granted.type = 'project'
    UNION
    SELECT task.id
    FROM granted JOIN project ON project.org_id = granted.id JOIN task ON task.project_id = project.id
    WHERE granted.type = 'organization'
  )
SELECT
  task.id,
  task.name,
  task.run_visibility AS visibility,
  coalesce(on_organization.roles, 0) | coalesce(on_project.roles, 0) | coalesce(on_task.roles, 0) AS roles
FROM
  candidate
  JOIN task USING (id)
  JOIN project ON project.id = task.project_id
  LEFT JOIN granted AS on_organization ON on_organization.type = 'organization' AND on_organization.id = project.org_id
  LEFT JOIN granted AS on_project ON on_project.type = 'project' AND on_project.id = project.id
  LEFT JOIN granted AS on_task ON on_task.type = 'task' AND on_task.id = task.id
WHERE
  ((SELECT $2::uuid[]) IS NULL OR project.org_id = ANY ((SELECT $2::uuid[])::uuid[]))
  AND ((SELECT $3::uuid[]) IS NULL OR project.id = ANY ((SELECT $3::uuid[])::uuid[]))
  AND ((SELECT $4::uuid[]) IS NULL OR task.id = ANY ((SELECT $4::uuid[])::uuid[]))
  AND NOT EXISTS (
    SELECT
    FROM unnest((SELECT $5::text[])::text[]) AS word
    WHERE strpos(lower(task.name), lower(word)) = 0
  )
ORDER BY task.id
LIMIT $6::integer
