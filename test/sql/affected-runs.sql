-- What a report counts besides statistics: runs with retries, and runs above the thresholds of their task, in both periods.
--
-- Statement `affected_runs`, sent for a viewer of the project, who has executed runs:
--   /api/v1/org/{org}/project/{project}/task_run/report?created_after=2024-01-16T00:00:00Z&created_before=2024-01-31T00:00:00Z
-- $1 "2024-01-01T00:00:00.000000Z"
-- $2 "2024-01-31T00:00:00.000000Z"
-- $3 "viewer"
-- $4 "2024-01-01T00:00:00.000000Z"
-- $5 "2024-01-31T00:00:00.000000Z"
-- $6 ["viewerTask","largeTask"]
-- $7 ["ownerTask","editorTask"]
-- $8 ["viewerTask","ownerTask","editorTask","largeTask"]
-- $9 [null,null,null,null]
-- $10 [null,null,null,null]
-- $11 "2024-01-16T00:00:00.000000Z"
-- $12 10000

SELECT
  run.task_id AS "taskId",
  run.task_revision_id AS "revisionId",
  run.created < $11::timestamptz AS "isPrevious",
  count(*)::integer AS runs,
  count(*) FILTER (WHERE run.llm_retries >= 1)::integer AS retried,
  count(*) FILTER (WHERE run.llm_call_timing >= threshold.slow)::integer AS slow,
  count(*) FILTER (WHERE run.charged_credits >= threshold.costly)::integer AS costly
FROM
  (
    SELECT run.*
    FROM task_run AS run
    WHERE
      run.task_id = ANY ($6::uuid[])
      AND true
      AND run.created >= $1::timestamptz
      AND run.created < $2::timestamptz
    UNION ALL
    SELECT visible.*
    FROM
      unnest($7::uuid[]) AS task (id)
      CROSS JOIN LATERAL (
        SELECT run.*
        FROM task_run AS run
        WHERE
          run.task_id = task.id
          AND run.user_id BETWEEN (SELECT $3::uuid) AND (SELECT $3::uuid)
          AND (run.user_id, run.created) >= ((SELECT $3::uuid), (SELECT $4::timestamptz))
          AND (run.user_id, run.created) < ((SELECT $3::uuid), (SELECT $5::timestamptz))
        ORDER BY run.user_id ASC, run.created ASC, run.id ASC
      ) AS visible
  ) AS run
  LEFT JOIN unnest($8::uuid[], $9::double precision[], $10::numeric[]) AS threshold (task_id, slow, costly) ON threshold.task_id = run.task_id
GROUP BY 1, 2, 3
ORDER BY 4 DESC, 1, 2, 3
LIMIT $12::integer
