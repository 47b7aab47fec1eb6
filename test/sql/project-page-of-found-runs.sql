-- A page of runs that a scan has found, limited to those that the caller still sees.
--
-- Statement `task_run_page`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "org", projectId: "project", filter: { response: [{ path: "/category", eq: "billing" }] }) { nodes { id response } } }
-- $1 ["(id)","(id)","(id)","(id)","(id)","viewerRun"]
-- $2 ["viewerTask","largeTask"]
-- $3 ["ownerTask","editorTask"]
-- $4 "viewer"
-- $5 4194304

WITH
  page_row AS MATERIALIZED (
    SELECT run.created, run.id
    FROM
      unnest((SELECT $1::uuid[])) WITH ORDINALITY AS found (id, position)
      CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = found.id OFFSET 0) AS run
    WHERE
      run.task_id = ANY ((SELECT $2::uuid[])::uuid[])
      OR (run.task_id = ANY ((SELECT $3::uuid[])::uuid[]) AND run.user_id = (SELECT $4::uuid))
    ORDER BY found.position
  ),
  read_run AS MATERIALIZED (
    SELECT
      run.id,
      run.task_id AS "taskId",
      run.created AT TIME ZONE 'UTC' AS created,
      run.total_tokens AS "totalTokens",
      coalesce(run.is_error, false) AS "isError",
      run.reporting_group_id AS "reportingGroupId",
      run.response,
      run.response_bytes
    FROM page_row CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = page_row.id OFFSET 0) AS run
  )
SELECT
  json_build_object(
    'id', json_agg(run.id),
    'taskId', json_agg(run."taskId"),
    'created', json_agg(run.created),
    'totalTokens', json_agg(run."totalTokens"),
    'isError', json_agg(run."isError"),
    'reportingGroupId', json_agg(run."reportingGroupId")
  ) AS runs,
  string_agg(coalesce(CASE WHEN true AND NOT false THEN run.response::text END, ''), E'\n') AS "response"
FROM read_run AS run
HAVING
  (
    SELECT
      coalesce(
        sum(
          CASE
            WHEN true THEN coalesce(run.response_bytes, octet_length(run.response::text), 0)::bigint
            ELSE 0
          END
        ),
        0
      )
    FROM read_run AS run
  ) <= (SELECT $5::bigint)
