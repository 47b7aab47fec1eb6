-- The kinds of failures that no run in an organization had before a given time. The index is read from one of a task's kinds to the next.
--
-- Statement `new_failure_kinds`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "org", filter: { failureFirstSeenAfter: "2024-01-01T00:00:00Z" }) { nodes { id } } }
-- $1 ["viewerTask","largeTask"]
-- $2 "viewer"
-- $3 ["ownerTask","editorTask"]
-- $4 "2024-01-01T00:00:00.000000Z"

WITH RECURSIVE
  kind_of_task AS (
    SELECT task.id AS task_id, first.*
    FROM
      unnest((SELECT $1::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT failure_kind_v2 (failure_message (run.response)) COLLATE "C" AS kind, run.created
        FROM task_run AS run
        WHERE run.is_error AND run.task_id = task.id
        ORDER BY failure_kind_v2 (failure_message (run.response)) COLLATE "C", run.created
        LIMIT 1
      ) AS first
    UNION ALL
    SELECT kind_of_task.task_id, next.*
    FROM
      kind_of_task
      CROSS JOIN LATERAL (
        SELECT failure_kind_v2 (failure_message (run.response)) COLLATE "C" AS kind, run.created
        FROM task_run AS run
        WHERE
          run.is_error
          AND run.task_id = kind_of_task.task_id
          AND failure_kind_v2 (failure_message (run.response)) COLLATE "C" > kind_of_task.kind
        ORDER BY failure_kind_v2 (failure_message (run.response)) COLLATE "C", run.created
        LIMIT 1
      ) AS next
  )
SELECT kind, to_char(min(created) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "firstSeen"
FROM
  (
    SELECT kind, created
    FROM kind_of_task
    UNION ALL
    SELECT own_failure.kind, own_failure.created
    FROM
      unnest((SELECT $3::uuid[])) AS task (id)
      CROSS JOIN LATERAL (
        SELECT failure_kind_v2 (failure_message (run.response)) COLLATE "C" AS kind, run.created
        FROM
          (
            SELECT run.user_id, run.created, run.id
            FROM task_run AS run
            WHERE run.task_id = task.id AND run.user_id BETWEEN (SELECT $2::uuid) AND (SELECT $2::uuid)
            ORDER BY run.user_id ASC, run.created ASC, run.id ASC
          ) AS own
          CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = own.id OFFSET 0) AS run
        WHERE run.is_error
      ) AS own_failure
  ) AS failure
GROUP BY kind
HAVING min(created) >= (SELECT $4::timestamptz)
ORDER BY kind
