-- The tasks of an organization on which the caller has a role, with their projects.
-- It starts from the caller's grants, and reads the tasks from an index.
--
-- Statement `organization_scope`, sent for an owner of the organization:
--   { taskRuns(orgId: "org") { nodes { id } } }
-- $1 "owner"
-- $2 null
-- $3 null
-- $4 null
-- $5 "org"

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
    SELECT id, roles
    FROM granted
    WHERE type = 'project'
    UNION ALL
    SELECT project_id, 0
    FROM granted_task
    UNION ALL
    SELECT project.id, granted.roles
    FROM granted JOIN project ON project.org_id = granted.id
    WHERE granted.type = 'organization' AND granted.id = $5::uuid
  ),
  visible_project AS MATERIALIZED (
    SELECT project.id, bit_or(candidate.roles) AS roles
    FROM candidate JOIN project USING (id)
    WHERE
      project.org_id = $5::uuid
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
    GROUP BY project.id
  ),
  visible_task AS MATERIALIZED (
    SELECT task.id, task.project_id, task.run_visibility, bit_or(task.roles) AS roles
    FROM
      (
        SELECT task.id, task.project_id, task.run_visibility, visible_project.roles
        FROM visible_project JOIN task ON task.project_id = visible_project.id
        WHERE
          visible_project.roles <> 0
          AND ((SELECT $4::uuid[]) IS NULL OR task.id = ANY ((SELECT $4::uuid[])::uuid[]))
        UNION ALL
        SELECT granted_task.id, granted_task.project_id, granted_task.run_visibility, granted_task.roles
        FROM granted_task JOIN project ON project.id = granted_task.project_id
        WHERE
          project.org_id = $5::uuid
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
      ) AS task
    GROUP BY task.id, task.project_id, task.run_visibility
  )
SELECT
  EXISTS (SELECT FROM visible_project)
  OR EXISTS (
    SELECT
    FROM organization JOIN granted ON granted.type = 'organization' AND granted.id = organization.id
    WHERE
      organization.id = $5::uuid
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
  ) AS "isVisible",
  (
    SELECT
      coalesce(
        json_agg(
          json_build_object(
            'taskId', visible_task.id,
            'projectId', visible_task.project_id,
            'visibility', visible_task.run_visibility,
            'isProject', true,
            'roles', visible_task.roles
          )
          ORDER BY visible_task.id
        ),
        '[]'
      )
    FROM visible_task
  ) AS tasks
