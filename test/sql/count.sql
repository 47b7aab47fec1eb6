-- The number of runs in a list.
--
-- Statement `task_run_count`, sent for a viewer of the project, who has executed runs:
--   { taskRuns(orgId: "org", projectId: "project", filter: { response: [{ path: "/category", eq: "billing" }] }) { totalCount } }
-- $1 ["category"]
-- $2 "\"billing\""
-- $3 ["-5528397301180716332","-1021500858013169051"]
-- $4 "viewer"
-- $5 ["category"]
-- $6 "\"billing\""
-- $7 ["viewerTask","largeTask"]
-- $8 ["ownerTask","editorTask"]

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
          ) && (SELECT $3::bigint[])::bigint[]
        OFFSET 0
      ) AS run
    WHERE run.task_id = ANY ($7::uuid[]) AND true AND (run.response #> $1::text[]) = $2::jsonb
    UNION ALL
    SELECT visible.*
    FROM
      unnest($8::uuid[]) AS task (id)
      CROSS JOIN LATERAL (
        SELECT run.id
        FROM
          (
            SELECT run.user_id, run.created, run.id
            FROM task_run AS run
            WHERE run.task_id = task.id AND run.user_id BETWEEN (SELECT $4::uuid) AND (SELECT $4::uuid)
            ORDER BY run.user_id ASC, run.created ASC, run.id ASC
          ) AS own
          CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = own.id OFFSET 0) AS run
        WHERE true AND (run.response #> $5::text[]) = $6::jsonb
      ) AS visible
  ) AS run
