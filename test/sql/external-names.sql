-- The names that an organization has given to users, task revisions and models.
--
-- Statement `external_names`, sent for an owner of the organization:
--   { taskRun(orgId: "org", projectId: "project", taskId: "ownerTask", id: "run") { taskRevision { name } } }
-- $1 ["org"]
-- $2 ["task_revision"]
-- $3 ["ownerTask"]

SELECT named.name
FROM
  unnest(
    (SELECT $1::uuid[]),
    (SELECT $2::varchar[]),
    (SELECT $3::uuid[])
  ) WITH ORDINALITY AS requested (org_id, kind, id, number)
  LEFT JOIN resource_name AS named USING (org_id, kind, id)
ORDER BY requested.number
