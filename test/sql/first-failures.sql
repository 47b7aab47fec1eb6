-- When kinds of failures were first seen in an organization.
--
-- Statement `failure_kinds_first_runs`, sent for an owner of the organization:
--   { taskRunStats(orgId: "org") { groupBy(dimension: FAILURE) { value firstSeen } } }
-- $1 ["ownerTask","editorTask","viewerTask","largeTask","otherTask"]
-- $2 ["Rate limit","No message"]

SELECT kind, to_char(min(created) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "firstSeen"
FROM
  (
    SELECT wanted.kind, first.created
    FROM
      unnest((SELECT $1::uuid[])) AS task (id)
      CROSS JOIN unnest((SELECT $2::text[])) AS wanted (kind)
      CROSS JOIN LATERAL (
        SELECT run.created
        FROM task_run AS run
        WHERE
          run.is_error
          AND run.task_id = task.id
          AND failure_kind_v2 (failure_message (run.response)) COLLATE "C" = wanted.kind
        ORDER BY run.created
        LIMIT 1
      ) AS first
  ) AS failure
GROUP BY kind
