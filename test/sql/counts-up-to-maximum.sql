-- The numbers of runs in the lists of several projects, each up to a maximum.
--
-- Statement `task_run_count`, sent for an owner of the organization:
--   { viewer { organizations { projects { project { taskRuns { countUpTo(max: 5) { count } } } } } } }
-- $1 6
-- $2 ["{ownerTask,editorTask,viewerTask,largeTask}","{otherTask}"]
-- $3 ["{}","{}"]

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
            SELECT run.id
            FROM task_run AS run
            WHERE run.task_id = ANY (request.all_runs::uuid[]) AND true
          ) AS run
        LIMIT $1::integer
      ) AS run
  ) AS result
ORDER BY request.position
