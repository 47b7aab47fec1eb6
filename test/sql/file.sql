-- One file by its name, for a link whose signature was verified.
--
-- Statement `task_run_file_by_name`, sent for a caller without a role:
--   {link}
-- $1 "org"
-- $2 "project"
-- $3 "ownerTask"
-- $4 "run"
-- $5 "invoice.pdf"

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
FROM
  task_run_file AS file
  JOIN task_run AS run ON run.id = file.task_run_id
  JOIN task ON task.id = run.task_id
  JOIN project ON project.id = task.project_id
WHERE
  project.org_id = $1::uuid
  AND project.id = $2::uuid
  AND task.id = $3::uuid
  AND run.id = $4::uuid
  AND file.name = $5
