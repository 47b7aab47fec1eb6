-- The tasks of projects that the caller sees.
--
-- Statement `seen_tasks`, sent for an owner of the organization:
--   { viewer { organizations { projects { tasks { nodes { task { id } } } } } } }
-- $1 "owner"
-- $2 null
-- $3 null
-- $4 null
-- $5 ["project","otherProject"]
-- $6 [null,null]
-- $7 [50,50]
-- $8 [false,false]

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
  page AS MATERIALIZED (
    SELECT request.*, nullif(coalesce(on_organization.roles, 0) | coalesce(on_project.roles, 0), 0) AS roles
    FROM
      unnest(
        (SELECT $5::uuid[]),
        (SELECT $6::uuid[]),
        (SELECT $7::integer[]),
        (SELECT $8::boolean[])
      ) WITH ORDINALITY AS request (project_id, after, size, is_counted, position)
      JOIN project ON project.id = request.project_id AND (
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
      LEFT JOIN granted AS on_organization ON on_organization.type = 'organization' AND on_organization.id = project.org_id
      LEFT JOIN granted AS on_project ON on_project.type = 'project' AND on_project.id = project.id
  ),
  of_page AS MATERIALIZED (
    SELECT page.position, page.roles AS roles_on_project, task.*
    FROM
      page
      CROSS JOIN LATERAL (
        (
          SELECT task.id, task.name, task.run_visibility
          FROM task
          WHERE
            page.roles IS NOT NULL
            AND task.project_id = page.project_id
            AND ((SELECT $4::uuid[]) IS NULL OR task.id = ANY ((SELECT $4::uuid[])::uuid[]))
            AND task.id >= coalesce(page.after, '00000000-0000-0000-0000-000000000000')
            AND (page.after IS NULL OR task.id <> page.after)
          ORDER BY task.id
          LIMIT page.size + 1
        )
        UNION ALL
        (
          SELECT task.id, task.name, task.run_visibility
          FROM granted_task AS task
          WHERE
            page.roles IS NULL
            AND task.project_id = page.project_id
            AND task.id >= coalesce(page.after, '00000000-0000-0000-0000-000000000000')
            AND (page.after IS NULL OR task.id <> page.after)
          ORDER BY task.id
          LIMIT page.size + 1
        )
      ) AS task
  )
SELECT
  coalesce(listed.tasks, '[]') AS tasks,
  CASE
    WHEN page.is_counted THEN (
      SELECT count(*)::integer
      FROM
        (
          (
            SELECT task.id
            FROM task
            WHERE
              page.roles IS NOT NULL
              AND task.project_id = page.project_id
              AND ((SELECT $4::uuid[]) IS NULL OR task.id = ANY ((SELECT $4::uuid[])::uuid[]))
          )
          UNION ALL
          (
            SELECT task.id
            FROM granted_task AS task
            WHERE page.roles IS NULL AND task.project_id = page.project_id
          )
        ) AS task
    )
  END AS count
FROM
  page
  LEFT JOIN (
    SELECT
      of_page.position,
      json_agg(
        json_build_object(
          'id', of_page.id,
          'name', of_page.name,
          'visibility', of_page.run_visibility,
          'roles', coalesce(of_page.roles_on_project, 0) | coalesce(on_task.roles, 0)
        )
        ORDER BY of_page.id
      ) AS tasks
    FROM of_page LEFT JOIN granted AS on_task ON on_task.type = 'task' AND on_task.id = of_page.id
    GROUP BY of_page.position
  ) AS listed USING (position)
ORDER BY page.position
