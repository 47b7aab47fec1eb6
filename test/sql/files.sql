-- The files of runs that were read without them.
--
-- Statement `task_run_files_by_run_id`, sent for an owner of the organization:
--   { taskRuns(orgId: "org", projectId: "project", taskId: "largeTask") { nodes { response files { name } } } }
-- $1 ["largeRun"]

SELECT
  json_build_object(
    'taskRunId', file.task_run_id,
    'position', file.position,
    'name', file.name,
    'contentType', file.content_type,
    'sizeBytes', file.size_bytes,
    'direction', file.direction,
    'storageKey', file.storage_key,
    'created', file.created AT TIME ZONE 'UTC'
  ) AS file
FROM task_run_file AS file
WHERE task_run_id = ANY ($1::uuid[])
ORDER BY task_run_id, position
