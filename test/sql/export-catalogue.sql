-- The organization, project, tasks and reporting groups of an export.
--
-- Statement `export_catalogue`, sent for an owner of the organization:
--   task-run-gateway export project
-- $1 "org"
-- $2 "project"
-- $3 null

SELECT
  (
    SELECT
      coalesce(
        json_agg(
          json_build_object('id', organization.id, 'name', organization.name, 'created', organization.created AT TIME ZONE 'UTC')
          ORDER BY id
        ),
        '[]'
      )
    FROM organization
    WHERE id = $1::uuid
  ) AS organization,
  (
    SELECT
      coalesce(
        json_agg(
          json_build_object(
            'id', project.id,
            'orgId', project.org_id,
            'name', project.name,
            'created', project.created AT TIME ZONE 'UTC'
          )
          ORDER BY id
        ),
        '[]'
      )
    FROM project
    WHERE id = $2::uuid AND org_id = $1::uuid
  ) AS project,
  (
    SELECT
      coalesce(
        json_agg(
          json_build_object(
            'id', task.id,
            'projectId', task.project_id,
            'name', task.name,
            'runVisibility', task.run_visibility,
            'created', task.created AT TIME ZONE 'UTC'
          )
          ORDER BY id
        ),
        '[]'
      )
    FROM task
    WHERE project_id = $2::uuid AND ($3::uuid IS NULL OR id = $3::uuid)
  ) AS task,
  (
    SELECT
      coalesce(
        json_agg(
          json_build_object(
            'id', reporting_group.id,
            'projectId', reporting_group.project_id,
            'name', reporting_group.name,
            'description', reporting_group.description,
            'created', reporting_group.created AT TIME ZONE 'UTC',
            'modified', reporting_group.modified AT TIME ZONE 'UTC'
          )
          ORDER BY id
        ),
        '[]'
      )
    FROM reporting_group
    WHERE project_id = $2::uuid
  ) AS reporting_group
