-- Reporting groups by their ids, with the roles that decide whether the caller gets them.
--
-- Statement `reporting_groups_for_subject`, sent for an owner of the organization:
--   { _entities(representations: [{ __typename: "ReportingGroup", id: "group" }]) { ... on ReportingGroup { name } } }
-- $1 "owner"
-- $2 null
-- $3 null
-- $4 null
-- $5 ["group"]

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
  requested.id,
  CASE
    WHEN reporting_group.id IS NOT NULL THEN json_build_object(
      'id', reporting_group.id,
      'projectId', reporting_group.project_id,
      'name', reporting_group.name,
      'description', reporting_group.description,
      'created', reporting_group.created AT TIME ZONE 'UTC',
      'modified', reporting_group.modified AT TIME ZONE 'UTC'
    )
  END AS "group",
  CASE
    WHEN project.id IS NOT NULL
    AND ((SELECT $2::uuid[]) IS NULL OR project.org_id = ANY ((SELECT $2::uuid[])::uuid[]))
    AND ((SELECT $3::uuid[]) IS NULL OR project.id = ANY ((SELECT $3::uuid[])::uuid[]))
    AND (
      (SELECT $4::uuid[]) IS NULL
      OR project.id IN (
        SELECT confined.project_id
        FROM task AS confined
        WHERE confined.id = ANY ((SELECT $4::uuid[])::uuid[])
      )
    ) THEN coalesce(on_organization.roles, 0) | coalesce(on_project.roles, 0) | coalesce(
      (SELECT bit_or(granted_task.roles) FROM granted_task WHERE granted_task.project_id = project.id),
      0
    )
    ELSE 0
  END AS roles
FROM
  unnest((SELECT $5::uuid[])) AS requested (id)
  LEFT JOIN reporting_group ON reporting_group.id = requested.id
  LEFT JOIN project ON project.id = reporting_group.project_id
  LEFT JOIN granted AS on_organization ON on_organization.type = 'organization' AND on_organization.id = project.org_id
  LEFT JOIN granted AS on_project ON on_project.type = 'project' AND on_project.id = project.id
