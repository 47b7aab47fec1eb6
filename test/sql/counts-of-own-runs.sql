-- The numbers of runs in several tasks that the caller executed, in one statement.
--
-- Statement `task_run_count`, sent for a viewer of the project, who has executed runs:
--   { _entities(representations: [{ __typename: "Task", id: "ownerTask" }, { __typename: "Task", id: "editorTask" }]) { ... on Task { taskRuns(filter: { status: FAIL }) { totalCount } } } }
-- $1 "viewer"
-- $2 ["{}","{}"]
-- $3 ["{ownerTask}","{editorTask}"]

SELECT result.*
FROM
  unnest((SELECT $2::text[]), (SELECT $3::text[])) WITH ORDINALITY AS request (all_runs, own_runs, position)
  CROSS JOIN LATERAL (
    SELECT count(*)::integer AS count
    FROM
      (
        SELECT
        FROM
          (
            SELECT visible.*
            FROM
              unnest(request.own_runs::uuid[]) AS task (id)
              CROSS JOIN LATERAL (
                SELECT run.id
                FROM
                  (
                    SELECT run.user_id, run.created, run.id
                    FROM task_run AS run
                    WHERE
                      run.task_id = task.id
                      AND run.user_id BETWEEN (SELECT $1::uuid) AND (SELECT $1::uuid)
                    ORDER BY run.user_id ASC, run.created ASC, run.id ASC
                  ) AS own
                  CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = own.id OFFSET 0) AS run
                WHERE true AND run.is_error
              ) AS visible
          ) AS run
      ) AS run
  ) AS result
ORDER BY request.position
