-- The number of days after which the runs of tasks are deleted.
--
-- Statement `task_retention`, sent for an owner of the organization:
--   { viewer { tasks(name: "tri") { retentionDays } } }
-- $1 ["ownerTask","editorTask","viewerTask","largeTask","otherTask"]

SELECT policy.days
FROM
  unnest((SELECT $1::uuid[])) WITH ORDINALITY AS requested (id, number)
  LEFT JOIN task USING (id)
  LEFT JOIN project ON project.id = task.project_id
  LEFT JOIN LATERAL (
    SELECT days
    FROM retention
    WHERE
      (resource_type, resource_id) IN (('task', task.id), ('project', project.id), ('organization', project.org_id))
    ORDER BY array_position(ARRAY['task', 'project', 'organization'], resource_type::text)
    LIMIT 1
  ) AS policy ON true
ORDER BY requested.number
