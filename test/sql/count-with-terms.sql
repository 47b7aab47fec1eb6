-- The number of runs in a list. The search index finds those of completely visible tasks.
--
-- Statement `task_run_count`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "org", projectId: "project", filter: { search: "rate limit", status: FAIL }) { totalCount } }
-- $1 ["(transaction)","(transaction)"]
-- $2 ["-1925524320336209766","-1349164297261613593"]
-- $3 "viewer"
-- $4 "rate limit"
-- $5 ["viewerTask","largeTask"]
-- $6 ["ownerTask","editorTask"]

SELECT count(*)::integer AS count
FROM
  (
    SELECT run.id
    FROM
      (
        SELECT *
        FROM task_run AS searched
        WHERE
          task_run_term_keys (
            searched.task_id,
            task_run_words (searched.response, searched.run_data) || task_run_values (searched.response, searched.run_data)
          ) && (SELECT $1::bigint[])::bigint[]
          AND task_run_term_keys (
            searched.task_id,
            task_run_words (searched.response, searched.run_data) || task_run_values (searched.response, searched.run_data)
          ) && (SELECT $2::bigint[])::bigint[]
        OFFSET 0
      ) AS run
    WHERE run.task_id = ANY ($5::uuid[]) AND true AND run.is_error
    UNION ALL
    SELECT visible.*
    FROM
      unnest($6::uuid[]) AS task (id)
      CROSS JOIN LATERAL (
        SELECT run.id
        FROM
          (
            SELECT run.user_id, run.created, run.id
            FROM task_run AS run
            WHERE run.task_id = task.id AND run.user_id BETWEEN (SELECT $3::uuid) AND (SELECT $3::uuid)
            ORDER BY run.user_id ASC, run.created ASC, run.id ASC
          ) AS own
          CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = own.id OFFSET 0) AS run
        WHERE
          true
          AND run.is_error
          AND task_run_words (run.response, run.run_data) @> (
            SELECT task_run_words (to_jsonb($4::text), NULL)
          )
      ) AS visible
  ) AS run
