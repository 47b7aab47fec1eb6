-- The reporting groups of runs that were read without them.
--
-- Statement `reporting_groups_by_id`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "largeTask") { nodes { response reportingGroup { name } } } }
-- $1 ["group"]

SELECT
  json_build_object(
    'id', reporting_group.id,
    'projectId', reporting_group.project_id,
    'name', reporting_group.name,
    'description', reporting_group.description,
    'created', reporting_group.created AT TIME ZONE 'UTC',
    'modified', reporting_group.modified AT TIME ZONE 'UTC'
  ) AS "group"
FROM reporting_group
WHERE id = ANY ($1::uuid[])
