-- The numbers of runs in the lists of several projects, in one statement.
--
-- Statement `task_run_count`, sent for an owner of the organization:
--   { viewer { organizations { projects { project { taskRuns { totalCount } } } } } }
-- $1 ["{ownerTask,editorTask,viewerTask,largeTask}","{otherTask}"]
-- $2 ["{}","{}"]

SELECT result.*
FROM
  unnest((SELECT $1::text[]), (SELECT $2::text[])) WITH ORDINALITY AS request (all_runs, own_runs, position)
  CROSS JOIN LATERAL (
    SELECT count(*)::integer AS count
    FROM
      (
        SELECT
        FROM
          (
            SELECT run.id
            FROM task_run AS run
            WHERE run.task_id = ANY (request.all_runs::uuid[]) AND true
          ) AS run
      ) AS run
  ) AS result
ORDER BY request.position
